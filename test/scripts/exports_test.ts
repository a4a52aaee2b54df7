/** The two lists of entries are compared, order of conditions included. */
import { assertEquals, test } from "../_harness/mod.ts";
import { differences, expectedExports } from "../../scripts/exports.ts";

export const notOnWorkerd = "the script reads files";

const ENTRIES = [
  { name: ".", source: "mod.ts" },
  { name: "./node", source: "src/node.ts" },
  { name: "./workerd", source: "src/workerd.ts" },
  { name: "./face", source: "src/face/mod.ts" },
  { name: "./face/workerd", source: "src/face/workerd.ts" },
];

test("expectedExports() gives the root a condition for each runtime, workerd first", () => {
  assertEquals(
    JSON.stringify(expectedExports(ENTRIES)["."]),
    JSON.stringify({
      types: "./dist/mod.d.ts",
      workerd: "./dist/src/workerd.js",
      node: "./dist/src/node.js",
      default: "./dist/mod.js",
    }),
  );
});

test("expectedExports() gives another entry the conditions of the runtimes that have their own", () => {
  assertEquals(
    JSON.stringify(expectedExports(ENTRIES)["./face"]),
    JSON.stringify({
      types: "./dist/src/face/mod.d.ts",
      workerd: "./dist/src/face/workerd.js",
      default: "./dist/src/face/mod.js",
    }),
  );
});

test("differences() finds none where the lists agree", () => {
  assertEquals(differences(ENTRIES, expectedExports(ENTRIES)), []);
});

test("differences() names an entry that package.json lacks", () => {
  const { "./node": _, ...others } = expectedExports(ENTRIES);
  assertEquals(differences(ENTRIES, others), [
    `package.json, "./node": expected {"types":"./dist/src/node.d.ts","default":"./dist/src/node.js"}, got undefined`,
  ]);
});

test("differences() names conditions that are out of order", () => {
  const { ".": root, ...others } = expectedExports(ENTRIES);
  const turned = Object.fromEntries(Object.entries(root).reverse());
  assertEquals(differences(ENTRIES, { ".": turned, ...others }).length, 1);
});

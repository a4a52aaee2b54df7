/** The built package, as its users get it: every export leads to a file, and both ways to load it work. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { assert, assertEquals, runtime, test } from "../_harness/mod.ts";

export const notOnWorkerd = "the package is looked at from outside";

/** A variable, so that nothing looks for the package before it is built. */
const PACKAGE: string = "geartrain";

const ON_NODE = { on: ["node"] } as const;

const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
  exports: Record<string, string | Record<string, string>>;
};

test("package.json exports files that are there", ON_NODE, () => {
  for (const target of Object.values(exports)) {
    const paths = typeof target === "string" ? [target] : Object.values(target);
    for (const path of paths) assert(existsSync(path), path);
  }
});

test("the package has no top-level await, and can be required", ON_NODE, () => {
  const require = createRequire(join(process.cwd(), "package.json"));
  const { Client, Worker, Admin, JobServer } = require(PACKAGE);
  assertEquals(
    [Client, Worker, Admin, JobServer].map((it) => typeof it),
    Array(4).fill("function"),
  );
});

test("the published types name no runtime", ON_NODE, () => {
  const { types } = exports["."] as Record<string, string>;
  for (const file of declarationsFrom(types)) {
    const text = readFileSync(file, "utf8");
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
    assert(!/\bNodeJS\b|"(node|bun|cloudflare):|\bDeno\.|reference types/.test(code), file);
  }
});

test(
  "the published types compile with no more than a runtime's types, or a browser's",
  ON_NODE,
  () => {
    const compiler = join("node_modules", "typescript", "bin", "tsc");
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022"];
    const { types } = exports["."] as Record<string, string>;
    for (
      const libraries of [
        ["--lib", "es2022", "--types", "node"],
        ["--lib", "es2022,dom", "--types", ""],
      ]
    ) {
      const modules = ["--module", "nodenext", "--moduleResolution", "nodenext"];
      const args = [compiler, "--ignoreConfig", ...flags, ...libraries, ...modules, types];
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
      // What the libraries of others have against each other is theirs.
      const ours = stdout.split("\n").filter((line) => line.startsWith("dist/"));
      assertEquals([ours, status === null], [[], false]);
    }
  },
);

test("the package is loaded as published", ON_NODE, async () => {
  const { GearmanError, codecInfo } = await import(PACKAGE);
  assert(new GearmanError("IO", "Expected this, got that") instanceof Error);
  assertEquals(codecInfo().codec, "wasm", runtime.version);
});

/** A declaration file and all that it leads to. */
function declarationsFrom(entry: string): Set<string> {
  const files = new Set([join(entry)]);
  for (const file of files) {
    for (const [, path] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)\.ts"/g)) {
      files.add(join(file, "..", `${path}.d.ts`));
    }
  }
  return files;
}

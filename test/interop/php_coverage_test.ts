/** Which methods stand in a pair of programs: read off their text, in both languages. */
import { readFileSync } from "node:fs";
import { assertEquals, test } from "../_harness/mod.ts";
import { CLASSES } from "../compat/php/specification.ts";

export const notOnWorkerd = "reads files";

/** What the programs of a pair call an object of a class. */
const VARIABLES: Readonly<Record<string, string>> = {
  GearmanClient: "c",
  GearmanTask: "t",
  GearmanWorker: "w",
  GearmanJob: "job",
};

const textOf = (name: string): string => readFileSync(`test/interop/php/${name}`, "utf8");

const PAIRS = ["client", "worker"].map((half) => ({
  php: textOf(`pair_${half}.php`),
  ts: textOf(`pair_${half}_fixture.ts`),
}));

/** Whether both programs of a pair call a method. */
function standsIn({ php, ts }: typeof PAIRS[number], name: string, method: string): boolean {
  if (method === "__construct") {
    return php.includes(`new ${name}()`) && ts.includes(`new g.${name}(`);
  }
  const variable = VARIABLES[name];
  const inTs = new RegExp(`\\b${variable}\\.${method}\\(`).test(ts);
  // PHP calls it when the object goes; a worker that was told to ends the process by going again.
  if (method === "__destruct") return php.includes(`unset($${variable})`) && inTs;
  return php.includes(`$${variable}->${method}(`) && inTs;
}

for (const [name, methods] of Object.entries(CLASSES)) {
  test(`every method of ${name} is called by both programs of a pair`, () => {
    const missing = Object.keys(methods).filter((method) =>
      !PAIRS.some((pair) => standsIn(pair, name, method))
    );
    assertEquals(missing, []);
  });
}

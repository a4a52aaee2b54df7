/** Plays test/server/damage.ts on the runtime that runs this file: `SEED TRIES`. Prints the verdicts as JSON. */
import process from "node:process";
import { Random } from "../../test/codec/random.ts";
import { makeSpecimens, tryDamage, type Verdict } from "../../test/server/damage.ts";
import { Scratch } from "../../test/server/scratch.ts";

const [seed, tries] = process.argv.slice(2).map(Number);
const random = new Random(seed);
const scratch = new Scratch();
const verdicts: Partial<Record<Verdict, number>> = {};
try {
  const specimens = await makeSpecimens(scratch, random);
  for (let i = 0; i < tries; i++) {
    const verdict = await tryDamage(scratch, specimens[i % specimens.length], random);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if ((i + 1) % 500 === 0) console.error(`${i + 1} tries`);
  }
} finally {
  scratch[Symbol.dispose]();
}
console.log(JSON.stringify(verdicts));

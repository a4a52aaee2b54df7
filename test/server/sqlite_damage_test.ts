/** Stores that were cut short or had a bit flipped: read to the last job, or refused and left alone. */
import { Random } from "../codec/random.ts";
import { assertGreater, test } from "../_harness/mod.ts";
import { makeSpecimens, tryDamage, type Verdict } from "./damage.ts";
import { Scratch, withoutSqlite } from "./scratch.ts";

export const notOnWorkerd = "there is no file system";

/** Pieces of damage for each kind of store; `npm run soak` tries many more. */
const TRIES = 20;

test("sqliteStore() reads a damaged store to the last job, or refuses it and leaves it alone", {
  skip: withoutSqlite,
}, async (t) => {
  const scratch = t.use(new Scratch());
  const random = new Random(4);
  const verdicts: Record<Verdict, number> = {
    "read": 0,
    "read an earlier commit": 0,
    "refused": 0,
  };
  for (const specimen of await makeSpecimens(scratch, random)) {
    for (let i = 0; i < TRIES; i++) verdicts[await tryDamage(scratch, specimen, random)]++;
  }
  for (const count of Object.values(verdicts)) assertGreater(count, 0);
});

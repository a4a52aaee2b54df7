/** kill -9 of a server with a store, at random points under load: nothing acknowledged is lost. */
import { dial } from "../../src/sockets/detect.ts";
import { host } from "../_harness/host.ts";
import { assertGreater, type Program, startProgram, test } from "../_harness/mod.ts";
import { Random } from "../codec/random.ts";
import { killUnderLoad, type StoredServer } from "./kill_store_play.ts";
import { Scratch, withoutSqlite } from "./scratch.ts";

export const notOnWorkerd = "there is no file system";

/** Kills; `npm run soak` kills ten times as often. */
const KILLS = 20;

test("JobServer loses no acknowledged job to kill -9, and runs none twice without need", {
  timeout: 120_000,
  skip: withoutSqlite,
}, async (t) => {
  const scratch = t.use(new Scratch());
  const port = await host.freePort();
  let program: Program | undefined;
  const server: StoredServer = {
    address: { host: "127.0.0.1", port },
    async start() {
      program = t.use(
        await startProgram({
          run: "test/cli/geartrain_fixture.ts",
          args: ["serve", `--port=${port}`, `--store=${scratch.path("jobs.db")}`],
        }),
      );
      for (;;) {
        const line = await program.errorLine();
        if (line === undefined) {
          throw new Error(`Expected a server:\n${(await program.exit()).stderr}`);
        }
        if (line.includes("Listening")) return;
      }
    },
    async kill() {
      await program?.kill("SIGKILL");
      await program?.exit();
    },
  };
  const random = new Random(9);
  const { acknowledged } = await killUnderLoad(server, KILLS, () => random.next() / 2 ** 32, dial);
  assertGreater(acknowledged, KILLS);
});

/** kill -9 of servers with a store, at random points under load: nothing acknowledged is lost. */
import { dial } from "../../src/sockets/detect.ts";
import { host } from "../_harness/host.ts";
import { assertGreater, type Program, startProgram, test } from "../_harness/mod.ts";
import { Random } from "../codec/random.ts";
import { killUnderLoad, type StoredServers } from "./kill_store_play.ts";
import { Scratch, withoutSqlite } from "./scratch.ts";

export const notOnWorkerd = "there is no file system";

/**
 * Kills, and servers in the process that is killed: to start a process takes longer than all that
 * happens in it, and each kill meets each server at a point of its own. \`npm run soak\` kills
 * \`geartrain serve\` ten times as often.
 */
const KILLS = 5;
const SERVERS = 4;

test(
  "JobServer loses no acknowledged job to kill -9, runs none twice without need, and knows the ends",
  {
    timeout: 300_000,
    skip: withoutSqlite,
  },
  async (t) => {
    const scratch = t.use(new Scratch());
    const ports = await Promise.all(Array.from({ length: SERVERS }, () => host.freePort()));
    let program: Program | undefined;
    const servers: StoredServers = {
      addresses: ports.map((port) => ({ host: "127.0.0.1", port })),
      async start() {
        program = t.use(
          await startProgram({
            run: "test/server/stored_servers_fixture.ts",
            args: ports.flatMap((port, i) => [`${port}`, scratch.path(`jobs-${i}.db`)]),
          }),
        );
        if (await program.line() === "Listening") return;
        throw new Error(`Expected servers:\n${(await program.exit()).stderr}`);
      },
      async kill() {
        await program?.kill("SIGKILL");
        await program?.exit();
      },
    };
    const random = new Random(9);
    const { acknowledged, endsKept } = await killUnderLoad(
      servers,
      KILLS,
      () => random.next() / 2 ** 32,
      dial,
    );
    assertGreater(acknowledged, KILLS * SERVERS);
    assertGreater(endsKept, 0);
  },
);

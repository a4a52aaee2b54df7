/** What holds for the engine whatever its peers do, and in whatever order. */
import fc from "fast-check";
import { assert, assertEquals, test } from "../_harness/mod.ts";
import { type Actor, Scene } from "./scene.ts";

const FUNCTIONS = ["f", "g"];
const SUBMISSIONS = [
  "SUBMIT_JOB",
  "SUBMIT_JOB_HIGH",
  "SUBMIT_JOB_BG",
  "SUBMIT_JOB_LOW_BG",
] as const;

/** A worker of the model: what it holds, and whether it waits for a NOOP. */
class ModelWorker {
  readonly actor: Actor;
  readonly held: string[] = [];
  sleeps = false;

  constructor(scene: Scene) {
    this.actor = scene.worker(FUNCTIONS[0]).sends("CAN_DO_TIMEOUT", FUNCTIONS[1], "2000");
  }

  /** Takes in what came. Returns the handles of the jobs assigned. */
  hear(): string[] {
    const assigned: string[] = [];
    for (const line of this.actor.got()) {
      if (line === "NOOP") this.sleeps = false;
      if (line.startsWith("JOB_ASSIGN ")) assigned.push(line.split(/[ |]/)[1]);
    }
    return assigned;
  }
}

/** A client of the model: how many ends it is owed for each handle. */
class ModelClient {
  readonly actor: Actor;
  readonly owed = new Map<string, number>();

  constructor(scene: Scene) {
    this.actor = scene.peer();
  }

  /** Takes in what came. Returns the handle of the last JOB_CREATED. */
  hear(isForeground: boolean): string | undefined {
    let created: string | undefined;
    for (const line of this.actor.got()) {
      const [command, handle] = line.split(/[ |]/);
      const owed = this.owed.get(handle) ?? 0;
      if (command === "JOB_CREATED") {
        created = handle;
        if (isForeground) this.owed.set(handle, owed + 1);
      } else {
        assert(owed > 0, `Expected nothing more for ${handle}, got ${line}`);
        this.owed.set(handle, owed - 1);
      }
    }
    return created;
  }
}

const step = fc.record({
  act: fc.constantFrom(
    "submit",
    "submit",
    "grab",
    "grab",
    "finish",
    "sleep",
    "lose worker",
    "lose client",
    "wait",
  ),
  who: fc.nat(2),
  which: fc.nat(9),
  unique: fc.constantFrom("", "", "u", "v", "-"),
});

test("Engine loses no job, gives none to two, ends each once, and leaves nobody asleep beside work", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const scene = new Scene();
      const workers = [0, 1, 2].map(() => new ModelWorker(scene));
      const clients = [0, 1, 2].map(() => new ModelClient(scene));
      const background = new Set<string>();
      const ended = new Set<string>();

      const grab = (worker: ModelWorker): boolean => {
        worker.sleeps = false;
        worker.actor.sends("GRAB_JOB");
        const assigned = worker.hear();
        for (const handle of assigned) {
          assert(!ended.has(handle), `Expected ${handle} to have ended, it was assigned`);
          worker.held.push(handle);
        }
        return assigned.length > 0;
      };
      const finish = (worker: ModelWorker, handle: string): void => {
        worker.actor.sends("WORK_COMPLETE", handle, "");
        const refused = worker.actor.got().some((line) => line.startsWith("ERROR"));
        if (refused) return;
        assert(!ended.has(handle), `Expected one end of ${handle}, got two`);
        ended.add(handle);
      };

      for (const { act, who, which, unique } of steps) {
        const worker = workers[who];
        const client = clients[who];
        const isForeground = which % 4 < 2;
        switch (act) {
          case "submit": {
            const fn = FUNCTIONS[which % 2];
            client.actor.sends(SUBMISSIONS[which % 4], fn, unique, `w${which % 3}`);
            const handle = client.hear(isForeground);
            assert(handle !== undefined);
            assert(!ended.has(handle), `Expected a live job, got ${handle}`);
            if (!isForeground) background.add(handle);
            break;
          }
          case "grab":
            grab(worker);
            break;
          case "finish":
            if (worker.held.length > 0) {
              finish(worker, worker.held.splice(which % worker.held.length, 1)[0]);
            }
            break;
          case "sleep":
            worker.sleeps = true;
            worker.actor.sends("PRE_SLEEP");
            break;
          case "lose worker":
            worker.actor.leaves();
            workers[who] = new ModelWorker(scene);
            break;
          case "lose client":
            client.actor.leaves();
            clients[who] = new ModelClient(scene);
            break;
          case "wait":
            scene.after(which * 500);
        }
        for (const each of clients) each.hear(true);
        for (const each of workers) {
          each.hear();
          if (!each.sleeps) continue;
          each.actor.sends("PRE_SLEEP").gets();
        }
      }

      for (const worker of workers) worker.actor.leaves();
      const last = new ModelWorker(scene);
      while (grab(last));
      for (const handle of last.held.splice(0)) finish(last, handle);
      for (const client of clients) {
        client.hear(true);
        for (const [handle, owed] of client.owed) assertEquals([handle, owed], [handle, 0]);
      }
      for (const handle of background) {
        assert(ended.has(handle), `Expected ${handle} to have ended`);
      }
      assertEquals(scene.engine.jobCount, 0);
      assertEquals(scene.engine.nextTick(), undefined);
    }),
    { numRuns: 500 },
  );
});

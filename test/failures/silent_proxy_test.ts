/**
 * A proxy that goes silent without closing, as a firewall does that has forgotten a connection: client
 * and worker are back within the heartbeat's deadline, over real sockets.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { assertEquals, assertRejects, test, type TestContext } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client, JobLost, JobServer, type ServerEvent, Worker } from "../../mod.ts";

export const notOnWorkerd = "listens on a port";

/** Passes bytes on both ways, until it is told to say nothing more on the connections that it has. */
class Proxy {
  readonly #to: { host: string; port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(to: { host: string; port: number }) {
    this.#to = to;
    this.#server = createServer((near) => this.#pass(near));
  }

  static async start(t: TestContext, to: { host: string; port: number }): Promise<Proxy> {
    const proxy = new Proxy(to);
    t.use(proxy);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", () => resolve()));
    return proxy;
  }

  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: (this.#server.address() as { port: number }).port };
  }

  /** Goes on reading, and drops what it reads; closes nothing. Connections to come are passed on. */
  goSilent(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners("data");
      socket.on("data", () => {});
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(near: Socket): void {
    const far = connect(this.#to);
    for (const [from, to] of [[near, far], [far, near]]) {
      this.#sockets.add(from);
      from.on("error", () => {});
      from.on("data", (chunk) => void to.write(chunk));
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}

function next(of: Client | Worker, type: "up" | "down"): Promise<ServerEvent> {
  return new Promise((resolve) => of.addEventListener(type, resolve, { once: true }));
}

test("client and worker leave a proxy that went silent, within the heartbeat's deadline", async (t) => {
  const server = t.use(await JobServer.listen());
  const proxy = await Proxy.start(t, server.address as { host: string; port: number });
  const limits = { heartbeat: 20_000, answerTimeout: 30_000, backoff: () => 0 };
  const clientClock = handClock();
  const workerClock = handClock();
  const client = t.use(new Client({ servers: proxy.address, clock: clientClock, ...limits }));
  const worker = new Worker({ servers: proxy.address, clock: workerClock, ...limits });
  t.use({ close: () => worker.close() });

  let begin!: () => void;
  const begun = new Promise<void>((resolve) => begin = resolve);
  const aborted = new Promise<unknown>((resolve) => {
    worker.add("echo", (job) => job.workload).add("wait", (job) => {
      begin();
      return new Promise<void>((end) => {
        job.signal.addEventListener("abort", () => {
          resolve(job.signal.reason);
          end();
        });
      });
    });
  });
  worker.start();
  assertEquals(await client.submit("echo", "before").text(), "before");

  // The job keeps the worker's one place: no grab is under way that would find the silence.
  const waiting = client.submit("wait");
  await waiting.accepted;
  await begun;
  const lost = assertRejects(() => waiting.result(), JobLost);
  const clientDown = next(client, "down");
  const workerDown = next(worker, "down");
  proxy.goSilent();

  clientClock.turn(20_000);
  workerClock.turn(20_000);
  clientClock.turn(30_100);
  workerClock.turn(30_100);
  const reasons = [(await clientDown).reason, (await workerDown).reason];
  assertEquals(reasons.map((reason) => reason?.code), ["SILENT", "SILENT"]);
  assertEquals((await lost).cause, reasons[0]);
  assertEquals(await aborted, reasons[1]);

  workerClock.turn(1);
  assertEquals(await client.submit("echo", "after").text(), "after");
});

/** Connections that cost next to nothing: thousands of workers, and a client that times them. */
import { connect, type Socket } from "node:net";
import { Command } from "../../src/protocol/mod.ts";

const HEADER_BYTES = 12;

/** One request, ready to be written. */
export function request(type: number, ...args: string[]): Uint8Array {
  const body = Buffer.from(args.join("\0"));
  const packet = Buffer.alloc(HEADER_BYTES + body.length);
  packet.write("\0REQ", 0, "latin1");
  packet.writeUInt32BE(type, 4);
  packet.writeUInt32BE(body.length, 8);
  body.copy(packet, HEADER_BYTES);
  return packet;
}

const GRAB = request(Command.GRAB_JOB);
const SLEEP = request(Command.PRE_SLEEP);

/** A connection that is told of each packet. */
async function open(port: number, heard: (type: number, body: Buffer) => void): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUInt32BE(8);
      if (rest.length < end) return;
      heard(rest.readUInt32BE(4), rest.subarray(HEADER_BYTES, end));
      rest = rest.subarray(end);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve).once("error", reject);
  });
  return socket;
}

/** Workers that sleep until they are woken, and complete what they find. */
export class Crowd implements Disposable {
  /** Told of each NOOP that comes. */
  onNoop: () => void = () => {};
  readonly #sockets: Socket[] = [];
  #awake = 0;
  #onAsleep: () => void = () => {};

  /** Adds a worker that offers these functions, and resolves when it sleeps. */
  async add(port: number, functionNames: readonly string[]): Promise<void> {
    let isAsleep = () => {};
    const asleep = new Promise<void>((resolve) => isAsleep = resolve);
    const socket: Socket = await open(port, (type, body) => {
      if (type === Command.NOOP) {
        this.onNoop();
        this.#awake++;
        socket.write(GRAB);
      } else if (type === Command.NO_JOB) {
        socket.write(SLEEP);
        this.#awake--;
        if (this.#awake === 0) this.#onAsleep();
      } else if (type === Command.JOB_ASSIGN) {
        const handle = body.subarray(0, body.indexOf(0)).toString();
        socket.write(Buffer.concat([request(Command.WORK_COMPLETE, handle, ""), GRAB]));
      } else isAsleep();
    });
    this.#sockets.push(socket);
    const offers = functionNames.map((name) => request(Command.CAN_DO, name));
    socket.write(Buffer.concat([...offers, SLEEP, request(Command.ECHO_REQ, "x")]));
    await asleep;
  }

  /** Resolves when all who were woken sleep again. */
  async asleep(): Promise<void> {
    if (this.#awake > 0) await new Promise<void>((resolve) => this.#onAsleep = resolve);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** A client that submits one job after the other, or many at once. */
export class Submitter implements Disposable {
  readonly #socket: Socket;
  #heard: (type: number) => void;

  private constructor(socket: Socket, heard: { now: (type: number) => void }) {
    this.#socket = socket;
    this.#heard = () => {};
    heard.now = (type) => this.#heard(type);
  }

  /** Connects. */
  static async open(port: number): Promise<Submitter> {
    const heard = { now: (_type: number) => {} };
    return new Submitter(await open(port, (type) => heard.now(type)), heard);
  }

  /** Submits a foreground job, and resolves when it is complete. */
  run(functionName: string): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.#heard = (type) => {
        if (type === Command.WORK_COMPLETE) resolve();
      };
    });
    this.#socket.write(request(Command.SUBMIT_JOB, functionName, "", "x"));
    return done;
  }

  /** Submits background jobs, and resolves when all are acknowledged. */
  queue(jobs: Iterable<Uint8Array>, count: number): Promise<void> {
    let left = count;
    const done = new Promise<void>((resolve) => {
      this.#heard = (type) => {
        if (type === Command.JOB_CREATED && --left === 0) resolve();
      };
    });
    for (const job of jobs) this.#socket.write(job);
    return done;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

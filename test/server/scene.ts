/** A stage for the engine: peers that send packets by name and say what they got, and a clock turned by hand. */
import {
  arityOf,
  Command,
  type CommandName,
  commandName,
  COMMANDS,
  type PacketView,
} from "../../src/protocol/mod.ts";
import {
  Engine,
  type EngineOptions,
  type Peer,
  type PeerInfo,
  type PeerOutput,
} from "../../src/server/mod.ts";
import { assertEquals } from "../_harness/mod.ts";

type Argument = string | Uint8Array;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function join(args: readonly Argument[]): Uint8Array {
  const parts = args.map((arg) => typeof arg === "string" ? encoder.encode(arg) : arg);
  const body = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, Math.max(parts.length - 1, 0)),
  );
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length + 1;
  }
  return body;
}

/** A packet as a decoder would show it. */
export function packetOf(
  type: number,
  args: readonly Argument[],
  isResponse: boolean = false,
): PacketView {
  const keep = (index: number) => join([args[index]]);
  return {
    type,
    isResponse,
    borrow: keep,
    keep,
    keepData: () => keep(args.length - 1),
    borrowBody: () => join(args),
    keepBody: () => join(args),
  };
}

/** A body as the command's arguments, `|` between them; NULs beyond those show as `\0`. */
function show(type: number, body: Uint8Array): string {
  const name = commandName(type)!;
  const pieces = decoder.decode(body).split("\0");
  const arity = arityOf(COMMANDS[name]);
  const args = [...pieces.slice(0, arity - 1), pieces.slice(arity - 1).join("\\0")];
  return arity === 0 ? name : `${name} ${args.join("|")}`;
}

/** Bytes from which on a body is read only when somebody looks. */
const COPIED_BYTES = 100;

/** One peer on the stage. */
export class Actor implements PeerOutput {
  readonly #engine: Engine;
  readonly #peer: Peer;
  #got: (string | (() => string))[] = [];

  constructor(engine: Engine, info: PeerInfo) {
    this.#engine = engine;
    this.#peer = engine.open(this, info);
  }

  bare(type: number): void {
    this.#got.push(commandName(type)!);
  }
  packet(type: number, args: readonly Argument[]): void {
    this.#got.push(show(type, join(args)));
  }
  receipt(handle: string): void {
    this.packet(Command.JOB_CREATED, [handle]);
  }
  relay(type: number, body: Uint8Array): void {
    const read = () => show(type, body);
    this.#got.push(this.copies(body.length) ? read() : read);
  }
  copies(bytes: number): boolean {
    return bytes < COPIED_BYTES;
  }
  text(reply: string): void {
    this.#got.push(reply);
  }
  list(pieces: Iterable<string>): number {
    this.text([...pieces].join(""));
    return 0;
  }
  textOnceKept(reply: string): void {
    this.text(reply);
  }
  hangUp(): void {
    this.#got.push("(hung up)");
  }

  /** Sends a request. */
  sends(name: CommandName, ...args: Argument[]): this {
    return this.sendsRaw(Command[name], args);
  }

  /** Sends any packet. */
  sendsRaw(type: number, args: readonly Argument[], isResponse?: boolean): this {
    const packet = packetOf(type, args, isResponse);
    const lent: Uint8Array[] = [];
    const lend = (bytes: Uint8Array) => {
      lent.push(bytes);
      return bytes;
    };
    this.#engine.receive(this.#peer, {
      ...packet,
      borrow: (index) => lend(packet.borrow(index)),
      borrowBody: () => lend(packet.borrowBody()),
    });
    // What was borrowed says nothing after the call.
    for (const bytes of lent) bytes.fill(0xee);
    return this;
  }

  /** Sends a line of the text protocol. */
  says(line: string): this {
    this.#engine.line(this.#peer, line);
    return this;
  }

  /** Checks all that came since the last look. */
  gets(...expected: string[]): this {
    assertEquals(this.got(), expected);
    return this;
  }

  /** What came since the last look. */
  got(): string[] {
    const got = this.#got;
    this.#got = [];
    return got.map((line) => typeof line === "string" ? line : line());
  }

  /** Whether the engine knows of something that it waits for. */
  get isWaiting(): boolean {
    return this.#peer.isWaiting;
  }

  /** Disconnects. */
  leaves(): void {
    this.#engine.close(this.#peer);
  }
}

/** An engine, its clock and its peers. */
export class Scene {
  /** Milliseconds since the epoch. */
  now = 1_000_000;
  readonly engine: Engine;

  constructor(options: Partial<EngineOptions> = {}) {
    this.engine = new Engine({
      now: () => this.now,
      handlePrefix: "H:t",
      version: "0.0.0",
      ...options,
    });
  }

  /** Somebody connects, who may do everything unless `may` decides. */
  peer(may?: PeerInfo["may"]): Actor {
    return new Actor(this.engine, { address: "10.0.0.1", may });
  }

  /** A worker connects and offers functions, in that order. */
  worker(...functionNames: string[]): Actor {
    const worker = this.peer();
    for (const name of functionNames) worker.sends("CAN_DO", name);
    return worker;
  }

  /** Time passes, and the engine is called when it asked to be. */
  after(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const { engine } = this;
      const next = Math.min(engine.nextTick() ?? Infinity, engine.nextLimit() ?? Infinity);
      if (next > end) break;
      this.now = Math.max(next, this.now);
      this.engine.tick();
    }
    this.now = end;
  }
}

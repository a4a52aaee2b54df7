/**
 * One accepted connection: what the peer asks goes to the engine, a turn's worth at a time, and what
 * the engine says goes back.
 *
 * @module
 */
import type { ProtocolError } from "../errors.ts";
import { type Clock, Link, type LinkSink } from "../link/mod.ts";
import type { PacketView } from "../protocol/mod.ts";
import type { Socket } from "../sockets/socket.ts";
import { Backlog, extraCostOf, keptPacket } from "./backlog.ts";
import type { Engine, PeerInfo } from "./engine.ts";
import { HeldOutput } from "./held_output.ts";
import type { Ledger } from "./ledger.ts";
import { LinkOutput } from "./link_output.ts";
import type { Peer } from "./peers.ts";
import type { Remarks } from "./remarks.ts";

/** What all the conversations of a server share. */
export interface Service {
  readonly engine: Engine;
  /** Where there is a store: what is said waits for what it tells of to be on disk. */
  readonly ledger: Ledger | undefined;
  readonly clock: Clock;
  readonly remarks: Remarks;
  readonly codec: "ts" | "auto";
  readonly maxPacketBytes: number | undefined;
  readonly maxWaitingBytes: number;
  /** Called after each call of the engine. */
  readonly proceed: () => void;
  /** Told that a conversation is over. */
  readonly onEnd: (conversation: Conversation) => void;
}

/** A peer, its link, and what stands between them and the engine. */
export class Conversation implements LinkSink {
  readonly link: Link;
  readonly peer: Peer;
  readonly #service: Service;
  readonly #engine: Engine;
  readonly #proceed: () => void;
  readonly #backlog: Backlog;

  constructor(socket: Socket, may: PeerInfo["may"], service: Service) {
    const { engine, ledger, clock, remarks, codec, maxPacketBytes, maxWaitingBytes } = service;
    this.#service = service;
    this.#engine = engine;
    this.#proceed = service.proceed;
    const link: Link = new Link(socket, {
      role: "server",
      codec,
      maxPacketBytes,
      text: true,
      lines: "bytes",
      slots: false,
      clock,
      settled: () =>
        inTurn([() => this.#backlog.emptied(), () => ledger?.settled(), () => output.listed()]),
    });
    this.link = link;
    this.#backlog = new Backlog(clock, (isWaiting) => isWaiting ? link.pause() : link.resume());
    const output: LinkOutput = new LinkOutput(link, {
      maxWaitingBytes,
      clock,
      tell: (kind, why) => remarks.hungUp(kind, link, why),
    });
    const { remote } = socket;
    const address = "host" in remote ? remote.host : "unix";
    const out = ledger === undefined ? output : new HeldOutput(output, ledger);
    this.peer = engine.open(out, { address, may });
  }

  /** Begins to listen to the peer. */
  begin(): void {
    this.link.receive(this);
  }

  packet(packet: PacketView): void {
    if (this.#backlog.isFull) {
      const kept = keptPacket(packet);
      this.#backlog.add(() => this.#receive(kept));
    } else {
      this.#backlog.spend(this.#receive(packet));
    }
  }

  line(line: string): void {
    this.#backlog.take(() => {
      const cost = this.#engine.line(this.peer, line);
      this.#proceed();
      return cost;
    });
  }

  fault(error: ProtocolError): void {
    this.#backlog.take(() => {
      const kind = error.code === "TOO_LARGE" ? "large" : "fault";
      this.#service.remarks.hungUp(kind, this.link, error.message);
      this.#engine.fault(this.peer, error);
      this.#proceed();
      return 0;
    });
  }

  closed(): void {
    this.#backlog.end();
    this.#service.onEnd(this);
  }

  #receive(packet: PacketView): number {
    // A packet is a view: after the call it may show the next one.
    const { type } = packet;
    const cost = this.#engine.receive(this.peer, packet);
    this.#proceed();
    return cost + extraCostOf(type);
  }
}

/** Waits for one after the other. Undefined: there is nothing to wait for. */
function inTurn(
  [wait, ...more]: readonly (() => Promise<void> | undefined)[],
): Promise<void> | undefined {
  return wait && (wait()?.then(() => inTurn(more)) ?? inTurn(more));
}

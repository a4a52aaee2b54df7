/**
 * What is done with the packets: the tasks of the benchmark. A consumer adds up what it saw, and
 * consumers of all decoders must come to the same sum.
 */
import type { Packet, PacketSink } from "../../src/codec/mod.ts";
import { Command } from "../../src/protocol/mod.ts";

/** framing: type, boundaries, ends of arguments. dispatch: handle to job, and numbers. keep: that, and the payload kept by the job. */
export const TASKS = ["framing", "dispatch", "keep"] as const;

/** What is done with the packets. */
export type Task = (typeof TASKS)[number];

/** A consumer with its sum. */
export interface Consumer extends PacketSink {
  readonly sum: number;
  /** Begins a run: from here on, the same packets give the same sum. */
  restart(): void;
}

/** What a client or a worker knows of a job. */
export class Job {
  readonly serial: number;
  bytes = 0;
  numerator = 0;
  denominator = 0;
  last: Uint8Array | undefined;

  constructor(serial: number) {
    this.serial = serial;
  }
}

/** The job that a packet is about is not known: the run is void. */
export function noJob(): never {
  throw new Error("Expected a packet of a job that was introduced, got another one");
}

abstract class Summing {
  sum = 0;
  restart(): void {
    this.sum = 0;
  }
  line(): void {
    noJob();
  }
  fault(error: Error): void {
    throw error;
  }
}

class Framing extends Summing implements Consumer {
  packet(packet: Packet): void {
    const { arity } = packet;
    const first = arity === 0 ? 0 : packet.endOf(0) - packet.startOf(0);
    this.sum = this.sum + packet.type + packet.size + first | 0;
  }
}

/** Follows jobs by slot. */
class Dispatch extends Summing implements Consumer {
  readonly jobs: (Job | undefined)[] = [];
  #serial = 0;

  override restart(): void {
    this.sum = 0;
    this.#serial = 0;
    for (const job of this.jobs) {
      if (job !== undefined) job.bytes = 0;
    }
  }

  packet(packet: Packet): void {
    switch (packet.type) {
      case Command.JOB_CREATED:
        this.jobs[packet.slot] = new Job(++this.#serial & 0xffff);
        break;
      case Command.JOB_ASSIGN:
      case Command.JOB_ASSIGN_UNIQ:
        this.jobs[packet.slot] = new Job(++this.#serial & 0xffff);
        this.sum = this.sum + packet.functionSlot | 0;
        break;
      case Command.WORK_STATUS: {
        const job = this.jobs[packet.slot] ?? noJob();
        job.numerator = packet.numerator;
        job.denominator = packet.denominator;
        this.sum = this.sum + job.serial + job.numerator | 0;
        break;
      }
      case Command.WORK_DATA: {
        const job = this.jobs[packet.slot] ?? noJob();
        this.data(packet, job);
        this.sum = this.sum + job.serial + job.bytes | 0;
        break;
      }
      case Command.WORK_COMPLETE: {
        const job = this.jobs[packet.slot] ?? noJob();
        this.jobs[packet.slot] = undefined;
        this.data(packet, job);
        this.sum = this.sum + job.serial + job.bytes | 0;
        break;
      }
      case Command.WORK_FAIL: {
        const job = this.jobs[packet.slot] ?? noJob();
        this.jobs[packet.slot] = undefined;
        this.sum = this.sum + job.serial | 0;
        break;
      }
      default:
        this.sum = this.sum + packet.type | 0;
    }
  }

  data(packet: Packet, job: Job): void {
    job.bytes = job.bytes + packet.dataSize & 0xffff;
  }
}

class Keep extends Dispatch {
  override data(packet: Packet, job: Job): void {
    const data = packet.keepData();
    job.last = data;
    job.bytes = job.bytes + data.length & 0xffff;
  }
}

/** Does a task with the packets of a decoder that gives slots. */
export function consumerOf(task: Task): Consumer {
  return task === "framing" ? new Framing() : task === "dispatch" ? new Dispatch() : new Keep();
}

/** The ERROR packets that the server sends: gearmand's codes and texts, byte for byte. */
import { Command } from "../protocol/mod.ts";
import type { Peer } from "./peers.ts";

/** Code and text of an ERROR packet. */
export type Refusal = readonly [code: string, text: string];

/** What is refused. */
type Refused =
  | "responseMagic"
  | "unexpectedCommand"
  | "longUnique"
  | "longHandle"
  | "longTime"
  | "queueFull"
  | "unkept"
  | "unknownOption"
  | "unknownResult"
  | "unknownData"
  | "unknownException";

/** Every one of them. */
export const REFUSALS: Readonly<Record<Refused, Refusal>> = {
  responseMagic: ["INVALID_MAGIC", "Request magic expected"],
  unexpectedCommand: ["INVALID_COMMAND", "Command not expected"],
  longUnique: ["ARGUMENT_TOO_LARGE", "Unique value too large"],
  longHandle: [
    "ARGUMENT_TOO_LARGE",
    "Error occurred due to GEARMAND_JOB_HANDLE_SIZE being too small from snprintf",
  ],
  longTime: ["ARGUMENT_TOO_LARGE", "Time value too large"],
  queueFull: ["QUEUE_ERROR", "Job queue is full"],
  unkept: ["QUEUE_ERROR", "QUEUE_ERROR"],
  unknownOption: ["UNKNOWN_OPTION", "Server does not recognize given option"],
  unknownResult: ["JOB_NOT_FOUND", "Job given in work result not found"],
  unknownData: ["JOB_NOT_FOUND", "Job does not exist on server"],
  unknownException: ["JOB_NOT_FOUND", "An exception was received for a job that does not exist"],
};

/** Answers a request with ERROR. */
export function refuse(peer: Peer, refusal: Refusal): void {
  peer.output.packet(Command.ERROR, refusal);
}

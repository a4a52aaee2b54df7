/** The ERROR packets that the server sends: gearmand's codes and texts, byte for byte, and one of ours. */
import { ACCESS_DENIED, Command } from "../protocol/mod.ts";
import type { Peer } from "./peers.ts";
import type { FunctionUse } from "./permissions.ts";

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

/** What is said to a peer that may not use a function: gearmand refuses nobody. */
export function accessDenied(use: FunctionUse, functionName: string): Refusal {
  const what = use === "submit" ? "submit jobs of" : "work on";
  return [ACCESS_DENIED, `This connection may not ${what} "${functionName}"`];
}

/** Answers a request with ERROR. */
export function refuse(peer: Peer, refusal: Refusal): void {
  peer.output.packet(Command.ERROR, refusal);
}

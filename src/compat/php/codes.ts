/**
 * Return codes by name, those that PHP has no constant for, and the code that an error of the core
 * comes to.
 *
 * @module
 */
import { GearmanError, type ServerError } from "../../errors.ts";
import {
  GEARMAN_COULD_NOT_CONNECT,
  GEARMAN_DATA_TOO_LARGE,
  GEARMAN_GETADDRINFO,
  GEARMAN_INVALID_COMMAND,
  GEARMAN_INVALID_MAGIC,
  GEARMAN_INVALID_PACKET,
  GEARMAN_LOST_CONNECTION,
  GEARMAN_MEMORY_ALLOCATION_FAILURE,
  GEARMAN_NEED_WORKLOAD_FN,
  GEARMAN_QUEUE_ERROR,
  GEARMAN_SERVER_ERROR,
  GEARMAN_TIMEOUT,
  GEARMAN_UNEXPECTED_PACKET,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_WORK_FAIL,
} from "./constants.ts";

/** A name that no function was registered by. */
export const NO_REGISTERED_FUNCTION = 33;
/** What every bad argument comes to. */
export const INVALID_ARGUMENT = 49;
/** A call that cannot begin before another has ended. */
export const IN_PROGRESS = 50;

/** All codes of libgearman, at the places that their values say. */
const NAMES =
  `SUCCESS IO_WAIT SHUTDOWN SHUTDOWN_GRACEFUL ERRNO EVENT TOO_MANY_ARGS NO_ACTIVE_FDS INVALID_MAGIC
  INVALID_COMMAND INVALID_PACKET UNEXPECTED_PACKET GETADDRINFO NO_SERVERS LOST_CONNECTION
  MEMORY_ALLOCATION_FAILURE JOB_EXISTS JOB_QUEUE_FULL SERVER_ERROR WORK_ERROR WORK_DATA WORK_WARNING
  WORK_STATUS WORK_EXCEPTION WORK_FAIL NOT_CONNECTED COULD_NOT_CONNECT SEND_IN_PROGRESS
  RECV_IN_PROGRESS NOT_FLUSHING DATA_TOO_LARGE INVALID_FUNCTION_NAME INVALID_WORKER_FUNCTION
  NO_REGISTERED_FUNCTION NO_REGISTERED_FUNCTIONS NO_JOBS ECHO_DATA_CORRUPTION NEED_WORKLOAD_FN PAUSE
  UNKNOWN_STATE PTHREAD PIPE_EOF QUEUE_ERROR FLUSH_DATA SEND_BUFFER_TOO_SMALL IGNORE_PACKET
  UNKNOWN_OPTION TIMEOUT ARGUMENT_TOO_LARGE INVALID_ARGUMENT IN_PROGRESS INVALID_SERVER_OPTION
  JOB_NOT_FOUND MAX_RETURN`.split(/\s+/);

/** A code's name in the library, `GEARMAN_TIMEOUT` for 47. */
export function codeName(code: number): string {
  return `GEARMAN_${NAMES[code] ?? "UNKNOWN"}`;
}

/** Whether a code is one of the library's. */
export function isCode(code: number): boolean {
  return Number.isInteger(code) && code >= 0 && code < NAMES.length;
}

/** The code that stands for a failure of the core. Throws on what is none: a defect is no return code. */
export function codeOf(error: unknown): number {
  if (!(error instanceof GearmanError)) throw error;
  switch (error.code) {
    case "FAILED":
      return GEARMAN_WORK_FAIL;
    case "EXCEPTION":
      return GEARMAN_WORK_EXCEPTION;
    case "TIMEOUT":
      return GEARMAN_TIMEOUT;
    case "SERVER":
      return (error as ServerError).serverCode === "QUEUE_ERROR"
        ? GEARMAN_QUEUE_ERROR
        : GEARMAN_SERVER_ERROR;
    case "UNKNOWN_HOST":
      return GEARMAN_GETADDRINFO;
    case "OVERFLOW":
      return GEARMAN_MEMORY_ALLOCATION_FAILURE;
    case "BAD_MAGIC":
      return GEARMAN_INVALID_MAGIC;
    case "UNKNOWN_COMMAND":
      return GEARMAN_INVALID_COMMAND;
    case "MISSING_ARGUMENT":
      return GEARMAN_INVALID_PACKET;
    case "WORKLOAD":
      return GEARMAN_NEED_WORKLOAD_FN;
    case "UNEXPECTED":
      return GEARMAN_UNEXPECTED_PACKET;
    case "TOO_LARGE":
      return GEARMAN_DATA_TOO_LARGE;
    case "REFUSED":
    case "UNREACHABLE":
    case "DIAL_TIMEOUT":
    case "NO_SERVERS":
    case "TLS":
    case "UNSUPPORTED":
      return GEARMAN_COULD_NOT_CONNECT;
    default:
      return GEARMAN_LOST_CONNECTION;
  }
}

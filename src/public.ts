/** What every entry of the package offers beside the classes that open sockets. */
export {
  type ErrorCode,
  GearmanError,
  type GearmanErrorOptions,
  type JobErrorOptions,
  JobException,
  JobFailed,
  JobLost,
  JobTimeout,
  LinkError,
  type LinkErrorCode,
  type Outcome,
  ProtocolError,
  type ProtocolErrorCode,
  type ProtocolErrorOptions,
  ServerError,
  TaskOverflow,
} from "./errors.ts";
export { type CodecChoice, type CodecInfo, codecInfo } from "./codec/mod.ts";
export type {
  JobReceipt,
  JobStatus,
  Priority,
  SubmitOptions,
  Task,
  TaskEvent,
  WaitOptions,
} from "./client/mod.ts";
export type { FunctionRow, WorkerRow } from "./admin/mod.ts";
export {
  type Backoff,
  type BackoffOptions,
  type Clock,
  fullJitter,
  parseServers,
  type ServerAddress,
  ServerEvent,
  type ServerListener,
  type Servers,
} from "./link/mod.ts";
export type { DrainOptions, Handler, Job, Result, TakenJob, TakeOptions } from "./worker/mod.ts";
export type {
  Address,
  Dial,
  DialOptions,
  DialTls,
  Listen,
  ListenAddress,
  Listener,
  ListenTls,
  Sink,
  Socket,
  TcpAddress,
  UnixAddress,
} from "./sockets/socket.ts";

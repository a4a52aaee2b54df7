/** What the entries of the admin client offer beside it. */
export type {
  FunctionRow,
  JobRow,
  PriorityRow,
  QueueLimits,
  ShutdownOptions,
  WorkerRow,
} from "../../admin/mod.ts";
export {
  type ErrorCode,
  GearmanError,
  type GearmanErrorOptions,
  JobTimeout,
  type JobTimeoutOptions,
  LinkError,
  type LinkErrorCode,
  type Outcome,
  ProtocolError,
  type ProtocolErrorCode,
  type ProtocolErrorOptions,
  ServerError,
} from "../../errors.ts";
export type { Clock, ServerAddress, WaitOptions } from "../../link/mod.ts";
export type {
  Address,
  Dial,
  DialOptions,
  DialTls,
  Sink,
  Socket,
  TcpAddress,
  UnixAddress,
} from "../../sockets/socket.ts";

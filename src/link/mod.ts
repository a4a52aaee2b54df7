/** Live connections in packets, and what surrounds them: addresses, waits, time. */
export { type Backoff, type BackoffOptions, fullJitter } from "./backoff.ts";
export { checkClock, checkPeriod, checkTimeout, type Clock, systemClock } from "./clock.ts";
export {
  checkConnectOptions,
  connect,
  CONNECT_OPTIONS,
  type ConnectOptions,
  DEFAULT_ANSWER_TIMEOUT,
  DEFAULT_HEARTBEAT,
  STEADY_AFTER,
} from "./connect.ts";
export { ServerEvent, ServerEvents, type ServerListener } from "./events.ts";
export { Link, type LinkOptions, type LinkSink } from "./link.ts";
export { lostRequest, silent } from "./lost.ts";
export { serversIn, withDial } from "./options.ts";
export { Patience, type PatienceOptions } from "./patience.ts";
export { quiet } from "./quiet.ts";
export { hashOf, scoreOf, serverHash } from "./rendezvous.ts";
export {
  checkPort,
  parseAddress,
  parseServers,
  type ServerAddress,
  type Servers,
} from "./servers.ts";
export {
  type Abandonable,
  checkSignal,
  limitWait,
  rejecting,
  unlessAborted,
  WAIT_OPTIONS,
  type WaitOptions,
  whenAborted,
  whenSettled,
} from "./waiting.ts";
export { together } from "./writer.ts";

/**
 * Who may do what on a job server: the hook that decides, and rules that make one.
 *
 * @module
 */
import { wrongRange, wrongType } from "../misuse.ts";
import type { Address, PeerCertificate } from "../sockets/socket.ts";
import { type Network, parseNetwork } from "./networks.ts";
import type { FunctionUse, PeerAction } from "./permissions.ts";

/** Who is at the far end of a connection, as far as the server can know. */
export interface PeerIdentity {
  /** Where it comes from. For a unix socket that is the socket's own path. */
  readonly remote: Address;
  /** What it has shown, where the listener's `tls.ca` asks for certificates. */
  readonly certificate?: PeerCertificate;
}

/**
 * Decides whether a peer may do something. It is asked once for each connection, and on it once for
 * each function that it submits to and once for each that it offers, unless those are more than a
 * thousand or their names longer than 256 bytes; for text commands every time.
 * One that throws has said no.
 */
export type Authorize = (peer: PeerIdentity, action: PeerAction) => boolean;

/** Names; one that ends in `*` stands for all that begin so. */
export type NamePatterns = string | readonly string[];

/**
 * What some peers may do. Who is meant by several rules may do what any of them says; who is meant
 * by none is hung up on.
 */
export interface AccessRule {
  /**
   * Only peers from there: networks (`"10.0.0.0/8"`, `"192.0.2.7"`, `"fd00::/8"`), and `"unix"` for
   * unix sockets. Default: from anywhere.
   */
  readonly from?: string | readonly string[];
  /**
   * Only peers with a certificate of that name, which is the common name of its subject, or of that
   * SHA-256 fingerprint. Default: also those without.
   */
  readonly certificate?: NamePatterns;
  /** The functions whose jobs they may submit; true: all. Default: none. */
  readonly submit?: boolean | NamePatterns;
  /** The functions that they may offer; true: all. Default: none. */
  readonly work?: boolean | NamePatterns;
  /** Whether they may give text commands; `"read"`: those that change nothing. Default: none. */
  readonly administer?: boolean | "read";
}

/** Text commands that change nothing. `version` needs no leave. */
const READING: ReadonlySet<string> = new Set([
  "status",
  "prioritystatus",
  "workers",
  "show",
  "getpid",
  "verbose",
]);

/** A rule, taken apart. */
interface Grant {
  readonly isFor: (peer: PeerIdentity) => boolean;
  readonly submit: Matcher;
  readonly work: Matcher;
  readonly administer: AccessRule["administer"];
}

type Matcher = (name: string) => boolean;

/**
 * Makes a hook of rules. Throws a `TypeError` for what is no list of objects, and a `RangeError`
 * where a rule makes no sense.
 *
 * @example
 * ```ts
 * import { accessRules, JobServer } from "geartrain";
 *
 * const byRules = accessRules([{ from: "127.0.0.1", submit: true, work: ["mail:*"] }]);
 * await using server = await JobServer.listen({
 *   authorize: (peer, action) => action.type !== "administer" && byRules(peer, action),
 * });
 * console.log(server.address);
 * ```
 */
export function accessRules(rules: readonly AccessRule[]): Authorize {
  if (!Array.isArray(rules)) throw wrongType("a list of rules", rules);
  const grants = rules.map(grantOf);
  return (peer, action) =>
    grants.some((grant) =>
      grant.isFor(peer) && (action.type === "connect" || allows(grant, action))
    );
}

/**
 * The hook that an option is or makes. Undefined: nobody is asked, and that is for no other value.
 * Throws as {@linkcode accessRules} does, and a `TypeError` for what is neither rules nor a function.
 */
export function hookOf(authorize: unknown): Authorize | undefined {
  if (authorize === undefined || typeof authorize === "function") return authorize as Authorize;
  if (Array.isArray(authorize)) return accessRules(authorize);
  throw wrongType("authorize to be a function or a list of rules, or to be left out", authorize);
}

/** Whether rules tell peers apart by what only some listeners ask for. */
export function wantsCertificates(rules: readonly AccessRule[]): boolean {
  return rules.some(({ certificate }) => certificate !== undefined);
}

function allows(grant: Grant, action: Exclude<PeerAction, { type: "connect" }>): boolean {
  if (action.type !== "administer") return grant[action.type](action.functionName);
  const { administer } = grant;
  return administer === "read" ? READING.has(action.command) : administer === true;
}

function grantOf(rule: AccessRule, index: number): Grant {
  const where = `rule ${index + 1}`;
  checkShape(rule, where);
  const { from, certificate, administer = false } = rule;
  const places = from === undefined ? undefined : [from].flat().map(placeOf);
  const isNamed = certificate === undefined ? undefined : certificateOf([certificate].flat());
  return {
    isFor: ({ remote, certificate: shown }) =>
      (places === undefined || places.some((isThere) => isThere(remote))) &&
      (isNamed === undefined || (shown !== undefined && isNamed(shown))),
    submit: usesOf(rule, "submit"),
    work: usesOf(rule, "work"),
    administer,
  };
}

const KEYS: ReadonlySet<string> = new Set(["from", "certificate", "submit", "work", "administer"]);

/** Rules may come from a file: a word that is misspelt, or of a wrong kind, must not widen one. */
function checkShape(rule: AccessRule, where: string): void {
  // A list has no words, and would pass for a rule that means everybody.
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) {
    throw wrongType(`${where} to be an object`, rule);
  }
  for (const [key, value] of Object.entries(rule)) {
    if (!KEYS.has(key)) {
      throw wrongRange(`${where} to have ${[...KEYS].join(", ")}`, key);
    }
    if (value !== undefined && !isFitting(key, value)) {
      throw wrongRange(`${key} of ${where} to be ${KINDS[key]}`, value);
    }
  }
}

const NAMES = "a text or a list of texts";

/** What each part of a rule may be, in words. */
const KINDS: Readonly<Record<string, string>> = {
  from: NAMES,
  certificate: NAMES,
  submit: `true, false, ${NAMES}`,
  work: `true, false, ${NAMES}`,
  administer: 'true, false or "read"',
};

function isFitting(key: string, value: unknown): boolean {
  if (key === "administer") return typeof value === "boolean" || value === "read";
  if (typeof value === "boolean") return key === "submit" || key === "work";
  return [value].flat().every((name) => typeof name === "string");
}

function placeOf(from: string): (remote: Address) => boolean {
  if (from === "unix") return (remote) => "path" in remote;
  const isInside: Network = parseNetwork(from);
  return (remote) => "host" in remote && isInside(remote.host);
}

/** What reads as a fingerprint is one: a name of that form counts for nothing. */
const FINGERPRINT = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/;

function certificateOf(patterns: readonly string[]): (shown: PeerCertificate) => boolean {
  const fingerprints = new Set(patterns.filter((pattern) => FINGERPRINT.test(pattern)));
  const isNamed = matcherOf(patterns.filter((pattern) => !fingerprints.has(pattern)));
  return ({ names, fingerprint }) => fingerprints.has(fingerprint) || names.some(isNamed);
}

function usesOf(rule: AccessRule, use: FunctionUse): Matcher {
  const functions = rule[use] ?? false;
  return typeof functions === "boolean" ? () => functions : matcherOf(functions);
}

function matcherOf(patterns: NamePatterns): Matcher {
  const all = [patterns].flat();
  const names = new Set(all.filter((pattern) => !pattern.endsWith("*")));
  const beginnings = all.filter((pattern) => pattern.endsWith("*"))
    .map((pattern) => pattern.slice(0, -1));
  return (name) => names.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}

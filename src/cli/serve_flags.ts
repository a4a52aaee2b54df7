/**
 * The flags of `geartrain serve`: gearmand's, so that it can stand in gearmand's place, and some of
 * its own. docs/server.md says of each what becomes of it.
 *
 * @module
 */
import type { Flag } from "./flags.ts";

/**
 * What becomes of a flag. `honoured`: what it says is done. `ignored`: it is taken, and the log says
 * that it changes nothing, and why. `refused`: the server does not start, and says why.
 */
export type Treatment = "honoured" | "ignored" | "refused";

/** A flag, and what becomes of it. */
export interface ServeFlag extends Flag {
  readonly treatment: Treatment;
  /** For what is not honoured: why. */
  readonly why?: string;
}

const HONOURED: readonly Flag[] = [
  {
    name: "listen",
    short: "L",
    value: "ADDR",
    isList: true,
    help: 'An address to listen on, or a name; several times for several. "*": all.\n' +
      "Default: localhost only.",
  },
  {
    name: "port",
    short: "p",
    value: "N",
    help: "The port. Default 4730, or what GEARMAND_PORT says.",
  },
  { name: "unix", value: "PATH", isList: true, help: "A unix socket to listen on as well." },
  {
    name: "bind-timeout",
    value: "S",
    help: "For how many seconds a port in use is tried again. Default 20, as gearmand.",
  },
  {
    name: "access",
    value: "FILE",
    help: "Rules of who may submit, work and administer, JSON: see docs/server.md.\n" +
      "SIGHUP reads it anew. Default: whoever connects may do everything.",
  },
  {
    name: "store",
    value: "FILE",
    help: "Keep background jobs in FILE, across restarts. Default: nowhere.",
  },
  {
    name: "store-synchronous",
    value: "MODE",
    help: 'When a job counts as kept: "full", once it is on disk, or "normal", which may\n' +
      "lose the last ones when the power fails. Default full.",
  },
  { name: "store-max-bytes", value: "SIZE", help: "The largest FILE. Default: no limit." },
  {
    name: "results-ttl",
    value: "S",
    help:
      "Keep how background jobs ended for S seconds, for clients that ask; in the store, too.\n" +
      "Default: not at all.",
  },
  {
    name: "results-max-bytes",
    value: "SIZE",
    help: "What the ends of jobs may take; beyond, the oldest go early. Default 64M.",
  },
  {
    name: "results-max-each",
    value: "SIZE",
    help: "The largest result that is kept; of a larger one, that there was one.\n" +
      "Default 1M.",
  },
  {
    name: "time-zone",
    value: "NAME",
    help: "Whose clock schedules mean, for instance Europe/Vienna. Default: the machine's.",
  },
  {
    name: "queue-type",
    short: "q",
    value: "NAME",
    help: "builtin: no store. libsqlite3: --libsqlite3-db is the store. Default builtin.",
  },
  { name: "libsqlite3-db", value: "FILE", help: "The store, with --queue-type=libsqlite3." },
  {
    name: "job-retries",
    short: "j",
    value: "N",
    help: "How often a job is given to a worker before it fails. Default 0: always again.",
  },
  { name: "round-robin", short: "R", help: "Let the functions of a worker take turns." },
  {
    name: "worker-wakeup",
    short: "w",
    value: "N",
    help: "How many sleeping workers one job wakes. Default 0: all.",
  },
  { name: "exceptions", help: "Send exceptions to all clients, asked for or not." },
  {
    name: "job-handle-prefix",
    value: "TEXT",
    help: "What handles begin with. Default H:<host name>.",
  },
  { name: "max-packet-bytes", value: "SIZE", help: "The largest packet taken. Default 64M." },
  {
    name: "max-waiting-bytes",
    value: "SIZE",
    help: "What may wait for a peer that does not read. Default 256M.",
  },
  {
    name: "max-queued-bytes",
    value: "SIZE",
    help: "What jobs and functions may take; beyond, submissions are refused.\n" +
      "Default 1G.",
  },
  {
    name: "max-connections",
    value: "N",
    help: "Connections at a time; those beyond are closed as they come. Default 20000.",
  },
  {
    name: "idle-timeout",
    value: "S",
    help: "Close a connection that is silent for S seconds, and waits for nothing.\n" +
      "Default: never.",
  },
  {
    name: "partial-timeout",
    value: "S",
    help: "Close a connection that is silent for S seconds within a packet or a line.\n" +
      "Default: never.",
  },
  { name: "ssl", help: "Speak TLS on the port." },
  {
    name: "ssl-certificate",
    value: "FILE",
    help: "The certificate, PEM. Default: what GEARMAND_SERVER_PEM names.",
  },
  {
    name: "ssl-key",
    value: "FILE",
    help: "Its private key, PEM. Default: what GEARMAND_SERVER_KEY names.",
  },
  {
    name: "ssl-ca-file",
    value: "FILE",
    help: "Who signs the clients' certificates, which are then required.\n" +
      "Default: what GEARMAND_CA_CERTIFICATE names.",
  },
  {
    name: "shutdown-command",
    help: "Obey the text commands shutdown and shutdown graceful.",
  },
  {
    name: "log-file",
    short: "l",
    value: "FILE",
    help: 'Where to log; "stderr" or "none". Default stderr. SIGHUP opens it anew.',
  },
  {
    name: "verbose",
    value: "LEVEL",
    help: "FATAL ALERT CRITICAL ERROR WARNING NOTICE INFO DEBUG. Default NOTICE.",
  },
  {
    name: "pid-file",
    short: "P",
    value: "FILE",
    help: "Holds the process's number while it runs; written as --user.",
  },
  { name: "user", short: "u", value: "NAME", help: "Become this user, once the port is open." },
  {
    name: "config-file",
    value: "FILE",
    help: "More flags, with white space between them, and # for remarks.",
  },
  { name: "check-args", help: "Check the flags, and do nothing." },
  { name: "help", short: "h", help: "Print this." },
  { name: "version", short: "V", help: "Print the version." },
];

/** Name, short name, value, why: gearmand's flags that change nothing here. */
const IGNORED: readonly (readonly [string, string, string, string])[] = [
  ["backlog", "b", "N", "the runtime sets the backlog"],
  ["coredump", "", "", "the runtime handles crashes"],
  ["file-descriptors", "f", "N", "use ulimit -n, or LimitNOFILE of systemd"],
  ["hashtable-buckets", "", "N", "tables grow by themselves"],
  ["keepalive", "", "", "keep-alive is always on"],
  ["keepalive-idle", "", "S", "it is 60 seconds; the runtime takes no other"],
  ["keepalive-interval", "", "S", "the system sets the interval"],
  ["keepalive-count", "", "N", "the system sets the count"],
  ["libsqlite3-table", "", "NAME", "the store has tables of its own"],
  ["store-queue-on-shutdown", "", "", "the store is written as jobs come, so that none is lost"],
  ["syslog", "", "", "the log goes where --log-file says; let journald or logger take stderr"],
  ["threads", "t", "N", "one thread does it all"],
];

/** The same for gearmand's flags that would promise what is not there. */
const REFUSED: readonly (readonly [string, string, string, string])[] = [
  ["daemon", "d", "", "the server stays in the foreground; let systemd keep it, or nohup and &"],
  ["protocol", "r", "NAME", "the server speaks Gearman only, and no HTTP"],
  ["http-port", "", "N", "the server speaks no HTTP"],
  ...[
    ["libdrizzle-host", "HOST"],
    ["libmemcached-servers", "LIST"],
    ["libmemcached-prefix", "TEXT"],
    ["libpq-conninfo", "TEXT"],
    ["libpq-table", "NAME"],
    ["libtokyocabinet-file", "FILE"],
    ["redis-server", "HOST"],
    ["redis-port", "N"],
    ["redis-password", "TEXT"],
    ["redis-prefix", "TEXT"],
    ["mysql-host", "HOST"],
    ["mysql-port", "N"],
    ["mysql-user", "NAME"],
    ["mysql-password", "TEXT"],
    ["mysql-db", "NAME"],
    ["mysql-table", "NAME"],
  ].map(([name, value]) => [name, "", value, "use --store, a file"] as const),
];

function withReason(treatment: "ignored" | "refused") {
  return ([name, short, value, why]: readonly [string, string, string, string]): ServeFlag => ({
    name,
    ...short !== "" && { short },
    ...value !== "" && { value },
    help: `${treatment === "ignored" ? "Ignored" : "Refused"}: ${why}.`,
    treatment,
    why,
    isUseless: true,
  });
}

/** All of them. */
export const SERVE_FLAGS: readonly ServeFlag[] = [
  ...HONOURED.map((flag) => ({ ...flag, treatment: "honoured" as const })),
  ...IGNORED.map(withReason("ignored")),
  ...REFUSED.map(withReason("refused")),
];

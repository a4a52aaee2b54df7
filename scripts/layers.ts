/**
 * Who may import whom in `src/`, and which rooms may not know a runtime. The table is here;
 * CONTRIBUTING.md quotes it, and check_layers.ts holds the sources against it.
 *
 * @module
 */
import { posix } from "node:path";
import { type Skeleton, skeletonOf } from "./source_text.ts";

/** Sources by path from the repository's root. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Which rooms a room may import. All may import what is {@linkcode COMMON}; entries may import anything.
 * Of sockets/ that means the contract in socket.ts; of every other room, its mod.ts.
 */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  misuse: [],
  joined: [],
  protocol: [],
  codec: ["protocol"],
  sockets: [],
  link: ["codec", "protocol", "sockets"],
  jobs: [],
  client: ["jobs", "link", "codec", "protocol", "sockets"],
  worker: ["jobs", "link", "codec", "protocol", "sockets"],
  admin: ["link", "codec", "protocol", "sockets"],
  server: ["link", "codec", "protocol", "sockets"],
  compat: ["client", "worker", "admin"],
  cli: ["entries", "server"],
};

/** Files at the top of `src/` that are no entries, but everybody's. */
const COMMON: readonly string[] = ["errors", "misuse", "joined"];

/** Without these there is no house. */
const NEEDED_ROOMS: readonly string[] = [
  "errors",
  "protocol",
  "codec",
  "sockets",
  "link",
  "client",
  "worker",
  "admin",
  "server",
  "entries",
];

/** What this file uses, itself and through others, stays in these rooms: the engine does no I/O. */
const ENGINE = "src/server/engine.ts";
const ENGINE_ROOMS: readonly string[] = ["server", "protocol", ...COMMON];

const SOCKETS_CONTRACT = "src/sockets/socket.ts";

const ADAPTER = /^src\/sockets\/(deno|bun|node|workerd)\.ts$/;

/** Files that may name a runtime though their room may not, and why. */
const RUNTIME_EXCEPTIONS: Readonly<Record<string, string>> = {
  "src/cli/main.ts": "the entry that is a program",
  "src/server/sqlite_store.ts": "node:sqlite is the store",
  "src/compat/net_gearman/job_loader.ts": "imports a user's file",
};

/** Files that may import a room though theirs may not, and why. */
const ROOM_EXCEPTIONS: Readonly<Record<string, { readonly room: string; readonly why: string }>> = {
  "src/compat/net_gearman/connection.ts": { room: "link", why: "its face is packets by name" },
};

/** Rooms that may name a runtime. */
const RUNTIME_ROOMS = ["sockets", "cli"];

/** Files that may import what they compute, and why. */
const COMPUTED_IMPORTS: Readonly<Record<string, string>> = {
  "src/compat/net_gearman/job_loader.ts": "a job class is found by its name",
};

/** Names that one runtime or the other has, and the standards have not. */
const RUNTIME_NAMES = "Deno|Bun|process|Buffer|global|require|__dirname|__filename|" +
  "setImmediate|clearImmediate";

/** Such a name as a value: no property, no key, no parameter of a type. */
const RUNTIME_GLOBAL = new RegExp(
  `(?<![.\\w$#])(${RUNTIME_NAMES})\\b(?!\\s*[?]?:|\\w)|` +
    `\\bglobalThis\\s*(?:\\?\\.|\\.)\\s*(${RUNTIME_NAMES})\\b`,
);

/** What could name any global. */
const COMPUTED_GLOBAL = /\bglobalThis\s*(?:\?\.)?\[|\bglobalThis\s*(?![.?\w\s])/;

/** One import of one file by another. */
interface Edge {
  readonly file: string;
  readonly from: string;
  readonly target: string;
  readonly to: string;
}

/** Every breach of the rules, in words. None: the house is in order. */
export function breaches(sources: Sources, entries: readonly string[]): string[] {
  const found: string[] = [];
  const edges: Edge[] = [];
  for (const [file, source] of sources) {
    const skeleton = skeletonOf(source);
    const from = roomOf(file, entries);
    const mayNameRuntime = RUNTIME_ROOMS.includes(from) || file in RUNTIME_EXCEPTIONS;
    for (const specifier of importsOf(skeleton)) {
      if (specifier === undefined) {
        if (!(file in COMPUTED_IMPORTS)) found.push(`${file} imports what it computes`);
      } else if (specifier.startsWith(".")) {
        const target = posix.join(posix.dirname(file), specifier);
        edges.push({ file, from, target, to: roomOf(target, entries) });
      } else if (!mayNameRuntime) {
        found.push(`${file} imports "${specifier}", which only sockets/ and cli/ may`);
      }
    }
    if (!mayNameRuntime) found.push(...globalsOf(file, skeleton));
  }
  return [...found, ...edges.flatMap(breachOf), ...engineBreaches(edges), ...cycles(edges)];
}

/** Which rooms have no file: a check that has read nothing finds nothing. */
export function missingRooms(sources: Sources, entries: readonly string[]): string[] {
  const present = new Set([...sources.keys()].map((file) => roomOf(file, entries)));
  return NEEDED_ROOMS
    .filter((room) => !present.has(room))
    .map((room) => `Expected a file of the room ${room}, found none`);
}

function globalsOf(file: string, { code }: Skeleton): string[] {
  const [, name, property] = RUNTIME_GLOBAL.exec(code) ?? [];
  const global = name ?? property;
  if (global !== undefined) return [`${file} names ${global}, which only sockets/ and cli/ may`];
  return COMPUTED_GLOBAL.test(code) ? [`${file} computes the name of a global`] : [];
}

function breachOf({ file, from, target, to }: Edge): string[] {
  if (from === "entries") return [];
  if (from === to) {
    return ADAPTER.test(file) && ADAPTER.test(target)
      ? [`${file} imports ${target}: an adapter knows no other`]
      : [];
  }
  if (COMMON.includes(to)) return [];
  if (!(from in LAYERS)) return [`${file} is in no room that the table knows`];
  if (!LAYERS[from].includes(to) && ROOM_EXCEPTIONS[file]?.room !== to) {
    return [`${file} imports ${target}: ${from} may not use ${to}`];
  }
  if (to === "entries") return [];
  const face = to === "sockets" ? SOCKETS_CONTRACT : `src/${to}/mod.ts`;
  return target === face ? [] : [`${file} imports ${target}: from outside, ${to} is ${face}`];
}

function engineBreaches(edges: readonly Edge[]): string[] {
  const found: string[] = [];
  const reached = new Set([ENGINE]);
  for (const file of reached) {
    for (const edge of edges.filter((edge) => edge.file === file)) {
      if (ENGINE_ROOMS.includes(edge.to)) reached.add(edge.target);
      else found.push(`${file} imports ${edge.target}: what the engine uses does no I/O`);
    }
  }
  return found;
}

/** The room of a file; the files at the top of `src/` and mod.ts are entries, but for what is everybody's. */
function roomOf(file: string, entries: readonly string[]): string {
  const common = COMMON.find((name) => file === `src/${name}.ts`);
  if (common !== undefined) return common;
  if (entries.includes(file)) return "entries";
  const parts = file.split("/");
  return parts[0] === "src" && parts.length > 2 ? parts[1] : "entries";
}

/** The specifiers of all imports: static, types, re-exports and dynamic. Undefined: one is computed. */
function importsOf({ code, texts }: Skeleton): (string | undefined)[] {
  const statements = code.matchAll(
    /(?<![.\w$])(?:import|export)\s+(?:type\s+)?(?:[\w$*\s{},]*?\sfrom\s*)?"(\d+)"/g,
  );
  const calls = code.matchAll(/(?<![.\w$])import\s*\((?:\s*"(\d+)"\s*[),])?/g);
  return [...statements, ...calls].map(([, index]) => texts[Number(index)]);
}

/** Every cycle between rooms, each told once. */
function cycles(edges: readonly Edge[]): string[] {
  const rooms = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (from !== to && from !== "entries") rooms.set(from, (rooms.get(from) ?? new Set()).add(to));
  }
  const found = new Set<string>();
  const walk = (room: string, path: readonly string[]): void => {
    const at = path.indexOf(room);
    if (at < 0) {
      for (const next of rooms.get(room) ?? []) walk(next, [...path, room]);
      return;
    }
    const cycle = path.slice(at);
    const first = cycle.indexOf([...cycle].sort()[0]);
    const turned = [...cycle.slice(first), ...cycle.slice(0, first), cycle[first]];
    found.add(`Rooms import one another in a circle: ${turned.join(" -> ")}`);
  };
  for (const room of rooms.keys()) walk(room, []);
  return [...found];
}

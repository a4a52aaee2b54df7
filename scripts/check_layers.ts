/**
 * Compares the import graph of `src/` with the table of who may import whom, and keeps runtimes
 * out of the rooms that may not know one. The table is here; CONTRIBUTING.md quotes it.
 *
 *     node scripts/run.mjs scripts/check_layers.ts
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import process from "node:process";
import { publicEntries } from "./entries.ts";

/** Sources by path from the repository's root. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Which rooms a room may import. All may import errors.ts; entries may import anything. Of
 * sockets/ that means the contract in socket.ts; of every other room, its mod.ts.
 */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
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

/** What this file uses, itself and through others, stays in these rooms: the engine does no I/O. */
const ENGINE = "src/server/engine.ts";
const ENGINE_ROOMS: readonly string[] = ["server", "protocol", "errors"];

const SOCKETS_CONTRACT = "src/sockets/socket.ts";

/** The one file that chooses an adapter by looking at the runtime. */
const DETECT = "src/sockets/detect.ts";

const ADAPTER = /^src\/sockets\/(deno|bun|node|workerd)\.ts$/;

/** Files that may name a runtime though their room may not, and why. */
const RUNTIME_EXCEPTIONS: Readonly<Record<string, string>> = {
  "src/server/sqlite_store.ts": "node:sqlite is the store",
  "src/compat/net_gearman/job_loader.ts": "imports a user's file",
};

/** Rooms that may name a runtime. */
const RUNTIME_ROOMS = ["sockets", "cli"];

const RUNTIME_GLOBAL = /(?<![.\w$"'`#-])(Deno|Bun|process|Buffer|require|__dirname)\s*(?=[.([?!])/;

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
    const code = withoutComments(source);
    const from = roomOf(file, entries);
    const mayNameRuntime = RUNTIME_ROOMS.includes(from) || file in RUNTIME_EXCEPTIONS;
    for (const specifier of importsOf(code)) {
      if (specifier.startsWith(".")) {
        const target = posix.join(posix.dirname(file), specifier);
        edges.push({ file, from, target, to: roomOf(target, entries) });
      } else if (!mayNameRuntime) {
        found.push(`${file} imports "${specifier}", which only sockets/ and cli/ may`);
      }
    }
    const [, global] = RUNTIME_GLOBAL.exec(withoutStrings(code)) ?? [];
    if (global !== undefined && !mayNameRuntime) {
      found.push(`${file} names ${global}, which only sockets/ and cli/ may`);
    }
  }
  return [...found, ...edges.flatMap(breachOf), ...engineBreaches(edges), ...cycles(edges)];
}

function breachOf({ file, from, target, to }: Edge): string[] {
  if (from === "entries" || file === DETECT) return [];
  if (from === to) {
    return ADAPTER.test(file) && ADAPTER.test(target)
      ? [`${file} imports ${target}: an adapter knows no other`]
      : [];
  }
  if (to === "errors") return [];
  if (!(from in LAYERS)) return [`${file} is in no room that the table knows`];
  if (!LAYERS[from].includes(to)) return [`${file} imports ${target}: ${from} may not use ${to}`];
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

/** The room of a file; the files at the top of `src/` and mod.ts are entries, but for errors.ts. */
function roomOf(file: string, entries: readonly string[]): string {
  if (file === "src/errors.ts") return "errors";
  if (entries.includes(file)) return "entries";
  const parts = file.split("/");
  return parts[0] === "src" && parts.length > 2 ? parts[1] : "entries";
}

/** The specifiers of all imports: static, types, re-exports and dynamic. */
function importsOf(code: string): string[] {
  const statements = code.matchAll(
    /(?<![.\w$])(?:import|export)\s+(?:type\s+)?(?:[\w$*\s{},]*?\sfrom\s*)?["']([^"'\n]+)["']/g,
  );
  const dynamic = code.matchAll(/(?<![.\w$])import\s*\(\s*["']([^"'\n]+)["']/g);
  return [...statements, ...dynamic].map(([, specifier]) => specifier);
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
}

function withoutStrings(code: string): string {
  return code.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
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

function readSources(): Sources {
  const files = (readdirSync("src", { recursive: true }) as string[])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/${file.replaceAll("\\", "/")}`);
  return new Map(["mod.ts", ...files].map((file) => [file, readFileSync(file, "utf8")]));
}

if (process.argv[1]?.endsWith("check_layers.mjs")) {
  const found = breaches(readSources(), publicEntries().map(({ source }) => source));
  for (const breach of found) console.error(breach);
  process.exitCode = found.length === 0 ? 0 : 1;
}

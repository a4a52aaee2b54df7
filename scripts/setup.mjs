// deno-lint-ignore-file explicit-module-boundary-types -- JavaScript has no types to write
/**
 * Installs what the repository's commands need, from the lock files, and only when something is
 * missing: the build tools at the root and, with `--runtimes`, the runtimes that the suite runs on.
 * Plain JavaScript without dependencies, since it runs before anything is there.
 *
 *     node scripts/setup.mjs [--runtimes]
 *
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder of the runtimes, apart from the build tools: they are some 700 MB. */
const RUNTIMES = join(ROOT, "test", "runtimes");

/** What stands where the runtimes' install scripts have run. */
const RUNTIME_BINARIES = ["deno", "bun", "workerd", "node"].map((name) =>
  join(RUNTIMES, "node_modules", ".bin", name)
);

/** Installs what is missing. Throws an error with a message for the reader when npm cannot. */
export async function setup({ runtimes = false } = {}) {
  if (!installed(ROOT)) await install(ROOT, "the build tools");
  if (runtimes && !(installed(RUNTIMES) && RUNTIME_BINARIES.every(existsSync))) {
    await install(RUNTIMES, "the runtimes for the tests, some 700 MB");
  }
}

/** Whether `node_modules` holds what the lock file says. npm writes its own list last, so half an install shows. */
function installed(folder) {
  const wanted = packages(join(folder, "package-lock.json"));
  const present = packages(join(folder, "node_modules", ".package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, link }]) =>
    path === "" || link || (path in present ? present[path].version === version : optional)
  );
}

function packages(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, "utf8")).packages : undefined;
}

async function install(folder, what) {
  console.error(`Installing ${what} ...`);
  const arguments_ = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // The npm that started us, or the one beside this Node, or whichever is on the path.
  const script = [
    process.env.npm_execpath,
    join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ]
    .find((path) => path?.endsWith(".js") && existsSync(path));
  const [program, args] = script === undefined
    ? ["npm", arguments_]
    : [process.execPath, [script, ...arguments_]];
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;
  const { code, output } = await new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      shell: script === undefined && process.platform === "win32",
    });
    let output = "";
    child.stdout.on("data", (chunk) => output += chunk);
    child.stderr.on("data", (chunk) => output += chunk);
    child.on("error", (error) => resolve({ code: -1, output: String(error) }));
    child.on("close", (code) => resolve({ code, output }));
  });
  if (code === 0) return;
  throw new Error(
    code === -1
      ? `Expected npm beside Node or on the path, found none (${output})`
      : `Expected "npm ci" to install ${what}, it ended with code ${code}. ` +
        `Is there a way to the registry?\n${output.trim()}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setup({ runtimes: process.argv.includes("--runtimes") });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

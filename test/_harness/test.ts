/** `test()`: one way to write a test for every runtime, with clean-up and a time limit that names the test. */
import { register } from "./runners.ts";
import { runtime, type RuntimeName } from "./runtime.ts";

/** Whatever a test may leave to be closed. */
export type Closable = AsyncDisposable | Disposable | { close(): unknown };

/** What a test function is given. */
export interface TestContext {
  /** Aborts at the time limit. */
  readonly signal: AbortSignal;
  /** Closes `resource` at the end, whatever happens, the last one first. Returns it. */
  use<T extends Closable>(resource: T): T;
}

/** Options of {@linkcode test}. */
export interface TestOptions {
  /** Why the test is not run. False or undefined: it is. */
  readonly skip?: string | false;
  /** The runtimes it is for. Default: all. */
  readonly on?: readonly RuntimeName[];
  /** Milliseconds until it fails. Default 60,000. */
  readonly timeout?: number;
}

/** The body of a test. */
export type TestFunction = (t: TestContext) => void | Promise<void>;

/** Milliseconds that a test may take unless it says otherwise: what has not ended by then hangs, on any machine. */
const DEFAULT_TIMEOUT = 60_000;

/** Milliseconds that clean-up may take before the test fails for it. */
const CLEAN_UP_TIMEOUT = 30_000;

/**
 * Registers a test with the runner at work.
 *
 * @example
 * ```ts
 * test("JobServer.listen() takes a free port", async (t) => {
 *   const server = t.use(await JobServer.listen());
 *   assertGreater(server.address.port, 0);
 * });
 * ```
 */
export function test(name: string, fn: TestFunction): void;
export function test(name: string, options: TestOptions, fn: TestFunction): void;
export function test(
  name: string,
  ...rest: [fn: TestFunction] | [options: TestOptions, fn: TestFunction]
): void {
  const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest;
  register({
    name,
    skip: reasonToSkip(options),
    run: () => run(name, options.timeout ?? DEFAULT_TIMEOUT, fn),
  });
}

function reasonToSkip({ skip, on }: TestOptions): string | undefined {
  if (skip) return skip;
  return on === undefined || on.includes(runtime.name) ? undefined : `only on ${on.join(", ")}`;
}

async function run(name: string, timeout: number, fn: TestFunction): Promise<void> {
  const resources: Closable[] = [];
  const limit = new AbortController();
  const context: TestContext = {
    signal: limit.signal,
    use: (resource) => {
      resources.push(resource);
      return resource;
    },
  };
  const problems: unknown[] = [];
  await within(timeout, `Expected "${name}" to end`, limit, async () => await fn(context))
    .catch((error) => problems.push(error));
  for (const resource of resources.reverse()) {
    const what = `Expected the clean-up of "${name}" to end`;
    await within(CLEAN_UP_TIMEOUT, what, new AbortController(), async () => await dispose(resource))
      .catch((error) => problems.push(error));
  }
  if (problems.length === 1) throw problems[0];
  if (problems.length > 1) {
    throw new AggregateError(problems, problems.map((problem) => String(problem)).join("\n"));
  }
}

/** Runs `act`, and rejects and aborts `limit` when it takes longer than that many milliseconds. */
async function within(
  timeout: number,
  what: string,
  limit: AbortController,
  act: () => Promise<void>,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`${what} within ${timeout} ms, it did not`);
      limit.abort(error);
      reject(error);
    }, timeout);
  });
  try {
    await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function dispose(resource: Closable): Promise<void> {
  if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
  else if (Symbol.dispose in resource) resource[Symbol.dispose]();
  else await resource.close();
}

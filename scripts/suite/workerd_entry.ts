/**
 * The tests' entry on workerd: lists what the test files registered, and runs one test a request,
 * so that what a test leaves open ends with its request.
 *
 *     GET  /       every test, with its file, and every file that did not load
 *     POST /<n>    runs test n: 200, or 500 and why it failed
 *
 * @module
 */
import { handInKernel } from "../../src/codec/mod.ts";
import { collected, type RunnableTest } from "../../test/_harness/runners.ts";
// @ts-ignore: made by the bundler
import kernel from "./codec.wasm";
// @ts-ignore: made by the bundler
import loaders from "suite:files";

interface ListedTest extends RunnableTest {
  readonly file: string;
}

interface Listing {
  readonly tests: readonly ListedTest[];
  /** Files that did not load: why, by file. */
  readonly broken: Readonly<Record<string, string>>;
}

/** What the test at work left rejected, with nobody to hear. */
const unhandled: unknown[] = [];
addEventListener("unhandledrejection", (event) => void unhandled.push(event.reason));

let listing: Promise<Listing> | undefined;

async function load(): Promise<Listing> {
  // Tests of the codec itself go past the package's entry, which would have handed this in.
  handInKernel(kernel);
  const tests: ListedTest[] = [];
  const broken: Record<string, string> = {};
  for (const [file, loader] of Object.entries<() => Promise<unknown>>(loaders)) {
    try {
      await loader();
      tests.push(...collected.splice(0).map((test) => ({ file, ...test })));
    } catch (error) {
      broken[file] = textOf(error);
    }
  }
  return { tests, broken };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { tests, broken } = await (listing ??= load());
    const path = new URL(request.url).pathname.slice(1);
    if (path === "") {
      const list = tests.map(({ file, name, skip }) => ({ file, name, skip }));
      return Response.json({ tests: list, broken });
    }
    try {
      unhandled.length = 0;
      await tests[Number(path)].run();
      // Rejections are told in a turn of their own.
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (unhandled.length > 0) throw unhandled[0];
      return new Response();
    } catch (error) {
      return new Response(textOf(error), { status: 500 });
    }
  },
};

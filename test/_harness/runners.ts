/** The way from the harness's `test` to whichever runner is at work: Deno's, Bun's, Node's, or a list on workerd. */
import { runtime } from "./runtime.ts";

/** A test as a runner takes it. */
export interface RunnableTest {
  readonly name: string;
  /** Why it is not run, if it is not. */
  readonly skip: string | undefined;
  /** Runs it; rejects when it fails. It keeps its own time limit. */
  readonly run: () => Promise<void>;
}

/** Hands one test to the runner. */
export type Register = (test: RunnableTest) => void;

/** The tests of a runtime without a runner, in the order of their registration. */
export const collected: RunnableTest[] = [];

interface DenoTest {
  readonly test: (definition: { name: string; ignore: boolean; fn: () => Promise<void> }) => void;
}

interface BunTest {
  readonly test: {
    (name: string, fn: () => Promise<void>, timeout: number): void;
    skip(name: string, fn: () => void): void;
  };
}

interface NodeTest {
  test(name: string, options: { skip: boolean | string }, fn: () => Promise<void>): unknown;
}

/** Milliseconds that leave Bun's own limit out of play: the harness has one for each test. */
const NO_LIMIT = 600_000;

async function runnerOf(name: typeof runtime.name): Promise<Register> {
  // The specifiers are variables: Deno and bundlers would look for what only one runtime has.
  const module: string = name === "bun" ? "bun:test" : "node:test";
  switch (name) {
    case "deno": {
      const { Deno } = globalThis as unknown as { Deno: DenoTest };
      return ({ name, skip, run }) =>
        Deno.test({ name: named(name, skip), ignore: skip !== undefined, fn: run });
    }
    case "bun": {
      const { test } = await import(module) as BunTest;
      return ({ name, skip, run }) => {
        if (skip === undefined) test(name, run, NO_LIMIT);
        else test.skip(named(name, skip), () => {});
      };
    }
    case "node": {
      const { test } = await import(module) as NodeTest;
      return ({ name, skip, run }) => void test(name, { skip: skip ?? false }, run);
    }
    case "workerd":
      return (test) => void collected.push(test);
  }
}

/** Deno and Bun have no place for a reason, so it goes into the name. */
function named(name: string, skip: string | undefined): string {
  return skip === undefined ? name : `${name} (skipped: ${skip})`;
}

/** The runner of this runtime. */
export const register: Register = await runnerOf(runtime.name);

/**
 * What a task tells on its way, and how that is written into it before its callback is called.
 *
 * @module
 */
import type { JobStatus } from "../../client/mod.ts";
import { JobException, JobFailed } from "../../errors.ts";
import type { CallbackKind, TaskState } from "./task.ts";

/** What a task told, for its callback. */
export type News =
  | { readonly type: "workload" }
  | { readonly type: "created"; readonly handle: string }
  | { readonly type: "data" | "warning" | "complete"; readonly data: Uint8Array }
  | { readonly type: "status"; readonly numerator: number; readonly denominator: number }
  | { readonly type: "answer"; readonly status: JobStatus }
  | { readonly type: "failed"; readonly error: unknown };

/** Whether a task ended without its job ending: for want of a server, a link, or the server's will. */
export function isRefusal<Told extends { readonly news: News }>(
  told: Told,
): told is Told & { readonly news: Extract<News, { type: "failed" }> } {
  const { news } = told;
  return news.type === "failed" &&
    !(news.error instanceof JobFailed || news.error instanceof JobException);
}

/** Writes news into the task. Returns the callback that they are for. */
export function show(state: TaskState, news: News, showsExceptions: boolean): CallbackKind {
  switch (news.type) {
    case "workload":
      return "workload";
    case "created":
      state.handle = news.handle;
      state.isKnown = true;
      return "created";
    case "data":
      state.isRunning = true;
      state.packet = news.data;
      return "data";
    case "warning":
      state.packet = news.data;
      return "warning";
    case "status":
      state.numerator = news.numerator;
      state.denominator = news.denominator;
      return "status";
    case "answer": {
      const { isKnown, isRunning, numerator, denominator } = news.status;
      const handle = state.functionName;
      Object.assign(state, { handle, isKnown, isRunning, numerator, denominator });
      return "status";
    }
    case "complete":
      state.isKnown = false;
      state.isRunning = false;
      state.packet = news.data;
      return "complete";
    case "failed":
      state.isKnown = false;
      state.isRunning = false;
      if (!(news.error instanceof JobException && showsExceptions)) return "fail";
      state.packet = news.error.data;
      return "exception";
  }
}

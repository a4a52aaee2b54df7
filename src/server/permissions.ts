/**
 * What one peer may do: asked of whoever decides, once for each function and connection. Without
 * somebody who decides there are no permissions, and nothing is asked.
 *
 * @module
 */
import type { TextCommandName } from "../protocol/mod.ts";
import { keyOf } from "./bytes.ts";

/** What a peer wants to do. */
export type PeerAction =
  /** To be connected at all: to ask for the status of jobs, for an echo and for the version. */
  | { readonly type: "connect" }
  /** To submit jobs of a function, or to offer to work on them. */
  | { readonly type: "submit" | "work"; readonly functionName: string }
  /** To give a text command, by its first word. */
  | { readonly type: "administer"; readonly command: Exclude<TextCommandName, "version"> };

/** What is asked for each function. */
export type FunctionUse = "submit" | "work";

/** Answers that are remembered of a connection, for each use. */
const MAX_ANSWERS = 1024;

/** Bytes of the longest name whose answer is remembered. */
const MAX_NAME_BYTES = 256;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The name of a function, for rules and messages. */
export function textOfName(name: Uint8Array): string {
  return decoder.decode(name);
}

/** The permissions of one peer. */
export class Permissions {
  readonly #may: (action: PeerAction) => boolean;
  readonly #answers: Readonly<Record<FunctionUse, Map<string, boolean>>> = {
    submit: new Map(),
    work: new Map(),
  };

  /** @param may Must not throw. */
  constructor(may: (action: PeerAction) => boolean) {
    this.#may = may;
  }

  /** Whether the peer may use the function of that name, which need not be there yet. */
  allow(type: FunctionUse, name: Uint8Array): boolean {
    if (name.length > MAX_NAME_BYTES) return this.#ask(type, name);
    const answers = this.#answers[type];
    const key = keyOf(name);
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = this.#ask(type, name);
      if (answers.size >= MAX_ANSWERS) answers.clear();
      answers.set(key, answer);
    }
    return answer;
  }

  #ask(type: FunctionUse, name: Uint8Array): boolean {
    return this.#may({ type, functionName: textOfName(name) });
  }

  /** Whether the peer may give a text command. The version is everybody's: our workers ask for it. */
  allowCommand(command: TextCommandName): boolean {
    return command === "version" || this.#may({ type: "administer", command });
  }
}

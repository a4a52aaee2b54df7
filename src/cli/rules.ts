/** The rules of `--access`, which may be read anew while the server runs. */
import { type AccessRule, accessRules, type Authorize } from "../../mod.ts";

/** Those that were read last, and made sense. */
export class Rules {
  #hook: Authorize;

  /** Throws as {@linkcode accessRules} does. */
  constructor(rules: readonly AccessRule[]) {
    this.#hook = accessRules(rules);
  }

  /** The hook of a server. */
  readonly authorize: Authorize = (peer, action) => this.#hook(peer, action);

  /** Puts others in their place, all at once. Throws, and leaves all as it is, where they make no sense. */
  replace(rules: readonly AccessRule[]): void {
    this.#hook = accessRules(rules);
  }
}

/** The file that holds a server's number while it runs. */
import { rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { UsageError } from "./usage_error.ts";

/** A file that was written by this process. One that another server has written is never removed. */
export class PidFile {
  readonly #path: string;

  /** Writes it. Throws a {@linkcode UsageError} where that cannot be. */
  constructor(path: string) {
    this.#path = path;
    try {
      writeFileSync(path, `${process.pid}\n`);
    } catch (error) {
      // It could be written when this process began: as another user, perhaps.
      const why = error instanceof Error ? error.message : error;
      throw new UsageError(`Expected --pid-file to name a file that can be written, got ${why}`);
    }
  }

  /** Removes it, where that may be. */
  remove(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Its folder is another user's: the number in it is nobody's now.
    }
  }
}

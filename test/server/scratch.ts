/** A folder of a test's own, and whether this runtime has the store's SQLite. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "../_harness/mod.ts";

/** Why tests of the SQLite store are skipped here, or false. */
export const withoutSqlite: string | false = runtime.name === "node" &&
  runtime.version.startsWith("20.") && "Node 20 has no node:sqlite";

/** A folder that is gone when the test is over. */
export class Scratch implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "geartrain-"));

  /** The path of a file in it. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Copies a store's file and its log, as they are now. */
  copyStore(from: string, to: string): string {
    for (const suffix of ["", "-wal"]) {
      rmSync(this.path(to + suffix), { force: true });
      const source = this.path(from + suffix);
      if (existsSync(source)) copyFileSync(source, this.path(to + suffix));
    }
    return this.path(to);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

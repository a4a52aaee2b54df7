/**
 * The one exception that the extension throws.
 *
 * @module
 */

/**
 * Thrown when the server option "exceptions" cannot be set: by `addServer()`, `addServers()`,
 * `setExceptionCallback()` and `enableExceptionHandler()`. A job's exception is none of these, but
 * a return code and text.
 *
 * @example
 * ```ts
 * import { GearmanClient, GearmanException } from "geartrain/compat/php";
 *
 * export async function reach(client: GearmanClient): Promise<boolean> {
 *   try {
 *     return await client.addServer("127.0.0.1", 4730);
 *   } catch (error) {
 *     if (error instanceof GearmanException) return false;
 *     throw error;
 *   }
 * }
 * ```
 */
export class GearmanException extends Error {
  /** Always 0, as in PHP. */
  readonly code = 0;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
  }
}
Object.defineProperty(GearmanException.prototype, "name", {
  value: "GearmanException",
  configurable: true,
});

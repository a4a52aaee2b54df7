/** Files that flags name: what is in them, or which flag names one that will not do. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { got } from "../errors.ts";
import { UsageError } from "./usage_error.ts";

/** Reads a file that a flag names. Throws a {@linkcode UsageError}. */
export function readText(path: string, flag: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new UsageError(`Expected ${flag} to name a file that can be read, got ${why}`);
  }
}

/** What a file of PEM may be asked for. */
export type PemKind = "certificate" | "private key without a passphrase";

/** How each begins. What runtimes say of the wrong one names neither the file nor the flag. */
const BEGINNINGS: Readonly<Record<PemKind, RegExp>> = {
  "certificate": /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/,
  "private key without a passphrase":
    /-----BEGIN (?:(?:RSA|EC|DSA) )?PRIVATE KEY-----(?!\s+Proc-Type:.*ENCRYPTED)/,
};

/** The same for PEM that holds something of that kind. */
export function readPem(path: string, flag: string, kind: PemKind): string {
  const text = readText(path, flag);
  if (BEGINNINGS[kind].test(text)) return text;
  const [, label = "no PEM"] = /-----BEGIN ([^-]+)-----/.exec(text) ?? [];
  throw new UsageError(
    `Expected ${flag} to name a file of PEM with a ${kind}, got ${got(path)} with ${label}`,
  );
}

/** Throws a {@linkcode UsageError} where a key is not the certificate's: Deno would listen with both. */
export function checkPair(cert: string, key: string, flags: string): void {
  if (belongs(cert, key)) return;
  throw new UsageError(`Expected ${flags} to belong together, got the key of another certificate`);
}

function belongs(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    // What cannot be read here is left to those who speak TLS with it.
    return true;
  }
}

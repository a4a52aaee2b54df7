/**
 * What `geartrain serve` finds out before it listens: what is in the files that its flags name, and
 * what else would keep it from running. `--check-args` tells of the same.
 *
 * @module
 */
import { accessSync, closeSync, constants, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { type AccessRule, accessRules } from "../../mod.ts";
import { checkPair, readPem, readText } from "./files.ts";
import type { ServeSettings, TlsFiles } from "./serve_settings.ts";
import { UsageError } from "./usage_error.ts";
import { whyNotUser } from "./user.ts";

/** What the files hold. */
export interface ServeFiles {
  readonly rules?: readonly AccessRule[];
  readonly tls?: TlsFiles;
}

/** Reads the files. Throws a {@linkcode UsageError} for one that is not what its flag wants. */
export function filesOf(settings: ServeSettings): ServeFiles {
  const { tls } = settings;
  return { rules: rulesFor(settings), tls: tls && tlsOf(tls) };
}

/** Reads the rules, where there are any. Throws a {@linkcode UsageError} for what is none. */
export function rulesFor({ access, tls }: ServeSettings): readonly AccessRule[] | undefined {
  const rules = access === undefined ? undefined : rulesOf(access);
  if (rules?.some(({ certificate }) => certificate !== undefined) && tls?.ca === undefined) {
    throw new UsageError("Expected --ssl-ca-file for rules by certificate, got none");
  }
  return rules;
}

function tlsOf(files: TlsFiles): TlsFiles {
  const cert = readPem(files.cert, "--ssl-certificate", "certificate");
  const key = readPem(files.key, "--ssl-key", "private key without a passphrase");
  checkPair(cert, key, "--ssl-certificate and --ssl-key");
  if (files.ca === undefined) return { cert, key };
  return { cert, key, ca: readPem(files.ca, "--ssl-ca-file", "certificate") };
}

/** Why the server would not run as these flags want it, each with its flag. */
export function obstaclesOf({ pidFile, user }: ServeSettings): string[] {
  const reasons = {
    "pid-file": pidFile === undefined ? undefined : whyNotWritten(pidFile),
    user: user === undefined ? undefined : whyNotUser(user),
  };
  return Object.entries(reasons).flatMap(([name, why]) =>
    why === undefined ? [] : [`--${name}: ${why}`]
  );
}

function rulesOf(file: string): readonly AccessRule[] {
  const text = readText(file, "--access");
  try {
    const rules = JSON.parse(text);
    accessRules(rules);
    return rules;
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new UsageError(`Expected --access to name a file of rules: ${why}`);
  }
}

/** Looks whether a file can be written, and leaves everything as it is. */
function whyNotWritten(path: string): string | undefined {
  try {
    if (existsSync(path)) closeSync(openSync(path, "r+"));
    // The dot has a file in a folder's place found out.
    else accessSync(`${dirname(path)}/.`, constants.W_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

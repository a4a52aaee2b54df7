/**
 * What the command line of a run tells the tests: environment variables, and on workerd, which has
 * no environment, the same names from the module that the runner puts in this one's place.
 *
 * @module
 */
interface Environment {
  readonly process?: { readonly env: Record<string, string | undefined> };
}

/** A setting by the name of its environment variable, for instance `GEARTRAIN_CODEC`. */
export function setting(name: string): string | undefined {
  return (globalThis as unknown as Environment).process?.env[name] || undefined;
}

/** Which decoder the run is about: `auto` unless `--codec` says otherwise. */
export const codecUnderTest: "auto" | "wasm" | "ts" = ((): "auto" | "wasm" | "ts" => {
  const codec = setting("GEARTRAIN_CODEC") ?? "auto";
  if (codec === "auto" || codec === "wasm" || codec === "ts") return codec;
  throw new RangeError(`Expected GEARTRAIN_CODEC to be auto, wasm or ts, got "${codec}"`);
})();

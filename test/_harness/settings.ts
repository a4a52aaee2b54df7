/** What the command line of a run tells the tests, by the names of environment variables. */
import { environment } from "./environment.ts";

/** A setting by its name, for instance `GEARTRAIN_CODEC`. Undefined when it is not set, or empty. */
export function setting(name: string): string | undefined {
  return environment[name] || undefined;
}

/** Which decoder the run is about: `auto` unless `--codec` says otherwise. */
export const codecUnderTest: "auto" | "wasm" | "ts" = ((): "auto" | "wasm" | "ts" => {
  const codec = setting("GEARTRAIN_CODEC") ?? "auto";
  if (codec === "auto" || codec === "wasm" || codec === "ts") return codec;
  throw new RangeError(`Expected GEARTRAIN_CODEC to be auto, wasm or ts, got "${codec}"`);
})();

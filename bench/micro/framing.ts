/** The kernel's framing against a bare copy of the same bytes to where they land. */
import { copiesOf } from "./copies.ts";
import { type Effort, measure, type Row } from "./measure.ts";
import { type Mix, streamOf } from "./streams.ts";

type VariantModule = typeof import("./variant.ts");

const FRAMED: readonly Mix[] = ["tiny", "p1024", "p4096"];

/** Bytes of a landing zone: chunks are copied to its start. */
const LANDING_BYTES = 256 * 1024;

/** Measures, and reports each mix as it is done. Ratios are to the copy. */
export async function measureFraming(effort: Effort, done: (row: Row) => void): Promise<void> {
  const copy = await copiesOf<VariantModule>("bench/micro/variant.ts");
  for (const mix of FRAMED) {
    const { prologue, chunks, packets } = streamOf(mix);
    const kernel = (await copy()).create("wasm", "framing", "space");
    kernel.feed([prologue]);
    const sum = kernel.feed(chunks);
    const landing = new Uint8Array(LANDING_BYTES);
    const copyAll = () => {
      for (const chunk of chunks) landing.set(chunk);
      return sum;
    };
    const runners = [
      { name: "memcpy", run: copyAll },
      { name: "wasm", run: () => kernel.feed(chunks) },
    ];
    const results = measure(runners, packets, effort);
    done({ task: "framing", way: "space", mix, results });
  }
}

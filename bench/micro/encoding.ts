/** Our encoder against a fresh array for each packet: WORK_COMPLETE of 16, 256 and 8,192 bytes. */
import { copiesOf } from "./copies.ts";
import { type Effort, measure, type Row } from "./measure.ts";

type EncodingModule = typeof import("./encoding_variant.ts");

/** Packets that one run encodes and takes. */
const PACKETS = 256;

const PAYLOADS: readonly number[] = [16, 256, 8192];

/** Measures, and reports each payload as it is done. */
export async function measureEncoding(effort: Effort, done: (row: Row) => void): Promise<void> {
  const copy = await copiesOf<EncodingModule>("bench/micro/encoding_variant.ts");
  for (const payload of PAYLOADS) {
    const data = new Uint8Array(payload).fill(0x70);
    const runners = [
      { name: "fresh", run: (await copy()).freshArrays(data, PACKETS) },
      { name: "ts", run: (await copy()).ours("ts", data, PACKETS) },
      { name: "wasm", run: (await copy()).ours("wasm", data, PACKETS) },
    ];
    const results = measure(runners, PACKETS, effort);
    done({ task: "encode", way: "", mix: `p${payload}`, results });
  }
}

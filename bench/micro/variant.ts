/**
 * One variant of decoding, as a module of its own: copies.ts loads it anew for each measurement,
 * so that variants share no code and the engine learns about each one apart.
 */
import { type CodecChoice, createDecoder } from "../../src/codec/mod.ts";
import { consumerOf, type Task } from "./consumers.ts";
import { FUNCTIONS } from "./streams.ts";
import { Plain, Strings } from "./yardsticks.ts";

/** plain, strings: see yardsticks.ts. */
export const VARIANTS = ["ts", "wasm", "strings", "plain"] as const;

/** A way of decoding. */
export type VariantName = (typeof VARIANTS)[number];

/** space: copied to where the decoder says. push: handed over. */
export type Way = "space" | "push";

/** Eats chunks and adds up what it saw of them. */
export interface Variant {
  /** Returns the sum of this run. */
  feed(chunks: readonly Uint8Array[]): number;
}

/** A variant that does a task. */
export function create(name: VariantName, task: Task, way: Way): Variant {
  return name === "plain" || name === "strings" ? yardstick(name, task) : ours(name, task, way);
}

function ours(codec: CodecChoice, task: Task, way: Way): Variant {
  const decoder = createDecoder(codec, { slots: task !== "framing" });
  const encoder = new TextEncoder();
  for (const name of FUNCTIONS) decoder.register(encoder.encode(name));
  const consumer = consumerOf(task);
  if (way === "push") {
    const feed = (chunks: readonly Uint8Array[]) => {
      consumer.restart();
      for (const chunk of chunks) decoder.push(chunk, consumer);
      return consumer.sum;
    };
    return { feed };
  }
  const feed = (chunks: readonly Uint8Array[]) => {
    consumer.restart();
    for (const chunk of chunks) {
      let at = 0;
      while (at < chunk.length) {
        const space = decoder.space();
        const count = Math.min(space.length, chunk.length - at);
        if (count === 1) space[0] = chunk[at];
        else space.set(count === chunk.length ? chunk : chunk.subarray(at, at + count));
        decoder.filled(count, consumer);
        at += count;
      }
    }
    return consumer.sum;
  };
  return { feed };
}

function yardstick(name: "plain" | "strings", task: Task): Variant {
  const decoder = name === "plain" ? new Plain(task) : new Strings(task);
  const feed = (chunks: readonly Uint8Array[]) => {
    decoder.restart();
    for (const chunk of chunks) decoder.push(chunk);
    return decoder.sum;
  };
  return { feed };
}

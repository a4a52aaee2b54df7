/**
 * Reads vector documents: Markdown whose cases say why they exist, which bytes come in, and which
 * events go out.
 *
 *     ## Heading
 *
 *     Why the case exists.
 *
 *     Options: text, no slots, maxPacketBytes=4
 *
 *     Registers: reverse, sum
 *
 *     ~~~hex
 *     00 52 45 51 00 00 00 10 00 00 00 18  ; a comment
 *     61*24
 *     ~~~
 *
 *     ~~~events
 *     0 req ECHO_REQ "a"*24
 *     ~~~
 *
 * The lines `Options:` and `Registers:` may be missing. An event is what {@linkcode Recorder}
 * writes: the offset in the stream, and then a packet with its arguments, slots and numbers, a
 * line of text, or a fault.
 *
 * @module
 */
import type { DecoderOptions } from "../../src/codec/decoder.ts";
import anArgument from "../vectors/arguments.md.ts";
import big from "../vectors/big.md.ts";
import everyCommand from "../vectors/every_command.md.ts";
import faults from "../vectors/faults.md.ts";
import lines from "../vectors/lines.md.ts";
import slots from "../vectors/slots.md.ts";
import workedExchange from "../vectors/worked_exchange.md.ts";

/** One case of a document. */
export interface Vector {
  /** Heading of the document, and of the case. */
  readonly title: string;
  readonly options: DecoderOptions;
  /** Functions to register first, in this order. */
  readonly registers: readonly string[];
  readonly bytes: Uint8Array;
  readonly events: readonly string[];
}

/** Every case, the worked exchange first. */
export const VECTORS: readonly Vector[] = [
  workedExchange,
  everyCommand,
  anArgument,
  slots,
  faults,
  lines,
  big,
].flatMap(readDocument);

function readDocument(markdown: string): Vector[] {
  const [preface, ...sections] = markdown.split(/^## /m);
  const document = preface.match(/^# (.+)$/m)![1];
  return sections.map((section) => {
    const heading = section.slice(0, section.indexOf("\n"));
    return {
      title: `${document}: ${heading}`,
      options: readOptions(labelled(section, "Options")),
      registers: labelled(section, "Registers"),
      bytes: readHex(block(section, "hex")),
      events: block(section, "events").split("\n").filter((line) => line !== ""),
    };
  });
}

function labelled(section: string, label: string): string[] {
  const line = section.match(new RegExp(`^${label}: (.+)$`, "m"));
  return line === null ? [] : line[1].split(", ");
}

function block(section: string, kind: string): string {
  const found = section.match(new RegExp(`^~~~${kind}\n([^]*?)^~~~$`, "m"));
  if (found === null) throw new Error(`Expected a block of ${kind} in "${section.slice(0, 80)}"`);
  return found[1];
}

function readOptions(words: string[]): DecoderOptions {
  const limit = words.find((word) => word.startsWith("maxPacketBytes="));
  return {
    text: words.includes("text"),
    slots: !words.includes("no slots"),
    ...(limit === undefined ? {} : { maxPacketBytes: Number(limit.slice(limit.indexOf("=") + 1)) }),
  };
}

function readHex(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const token of text.replaceAll(/;.*$/gm, "").split(/\s+/)) {
    if (token === "") continue;
    const [digits, count = "1"] = token.split("*");
    for (let i = 0; i < Number(count); i++) bytes.push(parseInt(digits, 16));
  }
  return Uint8Array.from(bytes);
}

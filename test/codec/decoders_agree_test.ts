/** What holds both decoders together: properties from the command table, and the differential fuzzer. */
import fc from "fast-check";
import { assertEquals, joined, runtime, test } from "../_harness/mod.ts";
import {
  type Argument,
  createDecoder,
  type Decoder,
  type DecoderOptions,
  Encoder,
  type Packet,
  type PacketSink,
} from "../../src/codec/mod.ts";
import {
  arityOf,
  Command,
  type CommandName,
  commandName,
  COMMANDS,
} from "../../src/protocol/mod.ts";
import { DifferentialFuzzer } from "./differential.ts";
import { feed, type Way, WAYS } from "./feeding.ts";
import { Recorder } from "./recorder.ts";
import { SlotModel } from "./slot_model.ts";
import { VECTORS } from "./vectors.ts";

const NAMES = Object.keys(COMMANDS) as CommandName[];
const CODECS = ["ts", "wasm"] as const;
const RUNS = { numRuns: 500 };
/** A part of what `npm run fuzz` plays, on each runtime another. */
const FUZZED_STREAMS = 8_000;
const FIRST_STREAM = FUZZED_STREAMS * ["deno", "bun", "node", "workerd"].indexOf(runtime.name);

interface Sent {
  readonly name: CommandName;
  readonly args: readonly Uint8Array[];
}

const anArgument = fc.uint8Array({ maxLength: 80 });
const aPacket: fc.Arbitrary<Sent> = fc.constantFrom(...NAMES).chain((name) => {
  const arity = arityOf(COMMANDS[name]);
  const withoutNul = anArgument.map((bytes) => bytes.filter((byte) => byte !== 0));
  const args = Array.from({ length: arity }, (_, i) => i < arity - 1 ? withoutNul : anArgument);
  return fc.tuple(...args).map((args) => ({ name, args }));
});
const pieceSizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 });
const aWay: fc.Arbitrary<Way> = fc.constantFrom(...WAYS);

test("both decoders show what the encoder was given, however it is split", () => {
  const decoders = CODECS.map((codec) => createDecoder(codec));
  fc.assert(
    fc.property(
      fc.constantFrom("req" as const, "res" as const),
      fc.array(aPacket, { maxLength: 12 }),
      pieceSizes,
      aWay,
      (magic, sent, sizes, way) => {
        const encoder = new Encoder(magic);
        for (const { name, args } of sent) encoder.packet(Command[name], args);
        const stream = joined(encoder.take());
        for (const decoder of decoders) {
          decoder.reset();
          const shown: Sent[] = [];
          feedInPieces(decoder, way, stream, sizes, {
            ...strictSink,
            packet: (packet) => {
              assertEquals(packet.isResponse, magic === "res");
              shown.push(copyOf(packet));
            },
          });
          assertEquals(shown, sent);
        }
      },
    ),
    RUNS,
  );
});

test("both decoders give the slots of the model", () => {
  const decoders = CODECS.map((codec) => createDecoder(codec));
  const handles = [..."abcdefghij"].map((letter) => `H:host.example:${letter}`).concat("", "h");
  const reports: CommandName[] = [
    "JOB_CREATED",
    "JOB_CREATED",
    "JOB_ASSIGN",
    "WORK_DATA",
    "WORK_STATUS",
    "WORK_COMPLETE",
    "WORK_FAIL",
    "WORK_EXCEPTION",
    "STATUS_RES",
  ];
  const aReport = fc.record({
    name: fc.constantFrom(...reports),
    handle: fc.constantFrom(...handles),
  });
  fc.assert(
    fc.property(
      fc.array(aReport, { maxLength: 200, size: "max" }),
      pieceSizes,
      (packets, sizes) => {
        const encoder = new Encoder("res");
        const model = new SlotModel();
        model.take("reverse");
        const expected = packets.map(({ name, handle }) => {
          const rest = Array<Argument>(arityOf(COMMANDS[name]) - 1).fill("reverse");
          encoder.packet(Command[name], [handle, ...rest]);
          return [name, model.follow(name, handle)];
        });
        const stream = joined(encoder.take());
        for (const decoder of decoders) {
          decoder.reset();
          decoder.register(new TextEncoder().encode("reverse"));
          const shown: [CommandName, number][] = [];
          feedInPieces(decoder, "filled", stream, sizes, {
            ...strictSink,
            packet(packet): void {
              shown.push([commandName(packet.type)!, packet.slot]);
              if (packet.type === Command.JOB_ASSIGN) assertEquals(packet.functionSlot, 0);
            },
          });
          assertEquals(shown, expected);
        }
      },
    ),
    RUNS,
  );
});

test("both decoders end random bytes with the same story, and in bounded time", () => {
  const options: DecoderOptions[] = [{}, { text: true }, { maxPacketBytes: 20 }];
  const pairs = options.map((each) => CODECS.map((codec) => createDecoder(codec, each)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), pieceSizes, aWay, (noise, sizes, way) => {
      for (const pair of pairs) {
        // As it is, and behind the beginning of a packet, where it is taken for a header's rest.
        for (const stream of [noise, joined([new TextEncoder().encode("\0REQ\0\0\0"), noise])]) {
          const [left, right] = pair.map((decoder) => storyOf(decoder, way, stream, sizes));
          assertEquals(left, right);
        }
      }
    }),
  );
});

test("bytes that were not put in do not matter", () => {
  for (const codec of CODECS) {
    for (const { options, bytes } of VECTORS.filter(({ bytes }) => bytes.length < 2000)) {
      const stories = [0x00, 0x0a, 0x30, 0x48, 0xff].map((padding) => {
        const decoder = createDecoder(codec, options);
        const recorder = new Recorder(bytes);
        for (let at = 0; at < bytes.length;) {
          const space = decoder.space().fill(padding);
          const count = Math.min(50, bytes.length - at);
          space.set(bytes.subarray(at, at + count));
          recorder.fed(count);
          decoder.filled(count, recorder);
          at += count;
        }
        return recorder.events;
      });
      for (const story of stories) assertEquals(story, stories[0]);
    }
  }
});

test(`both decoders agree on ${FUZZED_STREAMS} mutated streams`, { timeout: 180_000 }, () => {
  const fuzzer = new DifferentialFuzzer(
    (options) => createDecoder("ts", options),
    (options) => createDecoder("wasm", options),
  );
  for (let seed = FIRST_STREAM; seed < FIRST_STREAM + FUZZED_STREAMS; seed++) {
    const difference = fuzzer.try(seed);
    if (difference !== undefined) throw new Error(`The decoders disagree\n${difference}`);
  }
});

test("the fuzzer finds a decoder that is wrong", () => {
  const fuzzer = new DifferentialFuzzer(
    (options) => createDecoder("ts", options),
    (options) => createDecoder("ts", { ...options, maxPacketBytes: 90 }),
  );
  let found: string | undefined;
  for (let seed = 0; seed < 1000; seed++) found ??= fuzzer.try(seed);
  assertEquals(found?.includes("TOO_LARGE"), true);
});

/** For streams without lines and faults. */
const strictSink: PacketSink = {
  packet: () => {},
  line: (line) => {
    throw new Error(`Expected no line, got "${line}"`);
  },
  fault: (error) => {
    throw error;
  },
};

function storyOf(decoder: Decoder, way: Way, stream: Uint8Array, sizes: number[]): string[] {
  decoder.reset();
  const recorder = new Recorder(stream);
  feedInPieces(decoder, way, stream, sizes, recorder);
  recorder.assertKept();
  return recorder.events;
}

/** Feeds pieces of the given sizes, over and over. */
function feedInPieces(
  decoder: Decoder,
  way: Way,
  stream: Uint8Array,
  sizes: readonly number[],
  sink: PacketSink,
): void {
  for (let at = 0, i = 0; at < stream.length; i++) {
    const end = at + sizes[i % sizes.length];
    feed(decoder, way, stream.slice(at, end), sink);
    at = end;
  }
}

function copyOf(packet: Packet): Sent {
  const args = Array.from({ length: packet.arity }, (_, i) => packet.borrow(i).slice());
  return { name: commandName(packet.type)!, args };
}

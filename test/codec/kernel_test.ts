/** The kernel by itself: what it exports, its slots at their limits, and what its scans depend on. */
import {
  assert,
  assertEquals,
  assertGreater,
  assertNotEquals,
  assertThrows,
  test,
} from "../_harness/mod.ts";
import {
  INTERN_DROP,
  INTERN_FIND,
  INTERN_TAKE,
  type Kernel,
  startKernel,
  STATE_DETAIL,
  STATE_FAULT,
  STATE_NEED,
  STATE_NEXT,
  STATE_USED_SLOTS,
} from "../../src/codec/kernel.ts";
import { kernelModule } from "../../src/codec/load.ts";
import { arityOf, COMMANDS, HEADER_BYTES, MAGIC_RES } from "../../src/protocol/mod.ts";
import { collidingNames, mostAlike } from "./colliding_names.ts";

const MAX_SLOTS = 8192;
const MAX_INDEX = 16_384;

/** A kernel, and what a decoder does with it. */
class Bench {
  readonly kernel: Kernel = startKernel(kernelModule());
  readonly bytes: Uint8Array = new Uint8Array(this.kernel.memory.buffer);
  readonly words: Int32Array = new Int32Array(this.kernel.memory.buffer);

  constructor(seed = 1) {
    this.kernel.init(1024 * 1024, seed);
  }

  intern(name: string, operation: number): number {
    const { written } = new TextEncoder().encodeInto(
      name,
      this.bytes.subarray(this.kernel.nameAt.value),
    );
    return this.kernel.intern(this.kernel.nameAt.value, written, operation);
  }

  take(name: Uint8Array): number {
    this.bytes.set(name, this.kernel.nameAt.value);
    return this.kernel.intern(this.kernel.nameAt.value, name.length, INTERN_TAKE);
  }

  /** The hash in a slot's record. */
  hashOf(slot: number): number {
    return this.words[(this.kernel.slotsAt.value + slot * this.kernel.slotBytes.value >> 2) + 1];
  }

  /** Puts bytes in the landing zone and scans `length` of them. Returns the descriptors. */
  scan(bytes: Uint8Array, length: number = bytes.length): Int32Array {
    const at = this.kernel.landingAt.value;
    this.bytes.set(bytes, at);
    const words = this.kernel.scan(at, at + length, 1);
    const first = this.kernel.descriptorsAt.value >> 2;
    return this.words.slice(first, first + words);
  }

  state(word: number): number {
    return this.words[(this.kernel.stateAt.value >> 2) + word];
  }
}

function packet(type: number, body: string): Uint8Array {
  const bytes = new TextEncoder().encode("\0RES\0\0\0\0\0\0\0\0" + body);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_RES);
  view.setUint32(4, type);
  view.setUint32(8, bytes.length - HEADER_BYTES);
  return bytes;
}

/** Every command, with arguments of a length. */
function everyCommand(length: number): Uint8Array {
  const packets = Object.values(COMMANDS).map((row) => {
    const args = Array.from({ length: arityOf(row) }, (_, i) => `${i}`.repeat(length));
    return packet(row.type, args.join("\0"));
  });
  return Uint8Array.from(packets.flatMap((bytes) => [...bytes]));
}

test("the kernel imports nothing", () => {
  assertEquals(WebAssembly.Module.imports(kernelModule()), []);
});

test("the kernel exports what the decoder uses", () => {
  const kinds = new Map(
    WebAssembly.Module.exports(kernelModule()).map(({ name, kind }) => [name, kind]),
  );
  assertEquals(kinds.get("memory"), "memory");
  for (const name of ["init", "scan", "intern", "follow", "release"]) {
    assertEquals(kinds.get(name), "function", name);
  }
  const constants = [
    ...["stateAt", "nameAt", "descriptorsAt", "landingAt", "landingBytes", "carryBytes"],
    ...["slotsAt", "slotBytes"],
  ];
  for (const name of constants) assertEquals(kinds.get(name), "global", name);
  assertEquals(kinds.size, 6 + constants.length);
});

test("the kernel's memory cannot grow", () => {
  const { memory } = startKernel(kernelModule());
  assertThrows(() => memory.grow(1), RangeError);
});

test("the kernel's memory has room for a carry before the landing zone, and padding behind it", () => {
  const { kernel, bytes } = new Bench();
  const slotsEnd = kernel.slotsAt.value + MAX_SLOTS * kernel.slotBytes.value;
  assert(slotsEnd <= kernel.landingAt.value - kernel.carryBytes.value);
  assertGreater(bytes.length - kernel.landingAt.value - kernel.landingBytes.value, 63);
});

test("intern() counts references and forgets a name with its last", () => {
  const bench = new Bench();
  assertEquals(bench.intern("a", INTERN_FIND), -1);
  assertEquals(bench.intern("a", INTERN_DROP), -1);
  assertEquals(bench.intern("a", INTERN_TAKE), 0);
  assertEquals(bench.intern("a", INTERN_TAKE), 0);
  assertEquals(bench.intern("b", INTERN_TAKE), 1);
  assertEquals(bench.intern("a", INTERN_DROP), 0);
  assertEquals(bench.intern("a", INTERN_FIND), 0);
  bench.kernel.release(0);
  assertEquals(bench.intern("a", INTERN_FIND), -1);
  assertEquals(bench.intern("b", INTERN_FIND), 1);
  bench.kernel.release(0);
  bench.kernel.release(7);
  bench.kernel.release(-1);
  assertEquals(bench.intern("c", INTERN_TAKE), 0);
});

test("intern() tells names apart that differ in one byte only, whatever their length", () => {
  for (let length = 1; length <= 64; length++) {
    const bench = new Bench(length);
    const slots = new Set([bench.intern("x".repeat(length), INTERN_TAKE)]);
    for (let i = 0; i < length; i++) {
      const name = "x".repeat(i) + "y" + "x".repeat(length - i - 1);
      slots.add(bench.intern(name, INTERN_TAKE));
      assertEquals(bench.intern(name, INTERN_FIND), bench.intern(name, INTERN_TAKE));
    }
    assertEquals(slots.size, length + 1);
  }
});

test("intern() gives no slot to an empty name, nor to one over 64 bytes", () => {
  const bench = new Bench();
  assertEquals(bench.intern("", INTERN_TAKE), -1);
  assertEquals(bench.intern("x".repeat(64), INTERN_TAKE), 0);
  assertEquals(bench.intern("x".repeat(65), INTERN_TAKE), -1);
});

test("intern() gives no slot when all are taken, and uses them again in turn", () => {
  const bench = new Bench();
  const handle = (i: number) => `H:host:${i}`;
  for (let i = 0; i < MAX_SLOTS; i++) assertEquals(bench.intern(handle(i), INTERN_TAKE), i);
  for (let i = MAX_SLOTS; i < MAX_SLOTS + 100; i++) {
    assertEquals(bench.intern(handle(i), INTERN_TAKE), -1);
  }
  for (let i = 0; i < MAX_SLOTS; i++) assertEquals(bench.intern(handle(i), INTERN_FIND), i);
  for (let i = 0; i < MAX_SLOTS; i += 2) assertEquals(bench.intern(handle(i), INTERN_DROP), i);
  for (let i = 0; i < MAX_SLOTS; i++) {
    assertEquals(bench.intern(handle(i), INTERN_FIND), i % 2 === 0 ? -1 : i);
  }
  for (let i = 0; i < MAX_SLOTS / 2; i++) {
    assertEquals(bench.intern(`again ${i}`, INTERN_TAKE), MAX_SLOTS - 2 - 2 * i);
  }
  assertEquals(bench.intern("one too many", INTERN_TAKE), -1);
  assertEquals(bench.state(STATE_USED_SLOTS), MAX_SLOTS);
});

test("intern() looks at 128 entries for one name and no more", () => {
  const seed = 7;
  const alike: string[] = [];
  const scratch = new Bench(seed);
  const index = (scratch.kernel.slotsAt.value >> 2) - 2 * MAX_INDEX;
  for (let i = 0; alike.length < 129; i++) {
    const name = `H:host:${i}`;
    scratch.intern(name, INTERN_TAKE);
    // The second word of the index's first entry: whose home it is gets it, being alone.
    if (scratch.words[index + 1] !== 0) alike.push(name);
    scratch.intern(name, INTERN_DROP);
  }
  const bench = new Bench(seed);
  const last = alike.pop() as string;
  alike.forEach((name, slot) => assertEquals(bench.intern(name, INTERN_TAKE), slot));
  assertEquals(bench.intern(last, INTERN_TAKE), -1);
  alike.forEach((name, slot) => assertEquals(bench.intern(name, INTERN_FIND), slot));
  assertEquals(bench.intern(alike[17], INTERN_DROP), 17);
  assertEquals(bench.intern(last, INTERN_TAKE), 17);
  assertEquals(bench.intern(alike[127], INTERN_FIND), 127);
});

test("intern() finds every live name while others come and go", () => {
  const bench = new Bench(42);
  const live = new Map<string, number>();
  let seed = 42;
  for (let i = 0; i < 100_000; i++) {
    seed = Math.imul(seed, 1103515245) + 12345;
    const name = `H:some-host-name:${(seed >>> 8) % 3000}`;
    const slot = live.get(name);
    if (slot === undefined) live.set(name, bench.intern(name, INTERN_TAKE));
    else {
      assertEquals(bench.intern(name, INTERN_DROP), slot);
      live.delete(name);
    }
  }
  for (const [name, slot] of live) assertEquals(bench.intern(name, INTERN_FIND), slot);
  assertEquals(new Set(live.values()).size, live.size);
});

test("intern() tells names apart whose differences cancel out where words are multiplied", () => {
  for (const seed of [1, 2, 3, 0xdeadbeef]) {
    const bench = new Bench();
    for (const names of collidingNames()) {
      bench.kernel.init(1024 * 1024, seed);
      const slots = names.map((name) => bench.take(name));
      assertEquals(new Set(slots).size, names.length);
      assertEquals(mostAlike(slots.map((slot) => bench.hashOf(slot))), 1);
    }
  }
});

test("intern() hashes a name of one byte, however often repeated, by its length as well", () => {
  const bench = new Bench();
  for (const byte of [0, 0x61]) {
    bench.kernel.init(1024 * 1024, byte);
    const slots = Array.from(
      { length: 64 },
      (_, i) => bench.take(new Uint8Array(i + 1).fill(byte)),
    );
    assertEquals(mostAlike(slots.map((slot) => bench.hashOf(slot))), 1);
  }
});

test("init() forgets every slot, and lets the seed decide where names go", () => {
  const index = (bench: Bench) => {
    for (let i = 0; i < 50; i++) bench.intern(`H:host:${i}`, INTERN_TAKE);
    // All before the slots' records: the hash table is there.
    return bench.words.slice(0, bench.kernel.slotsAt.value >> 2).join();
  };
  const bench = new Bench(1);
  const before = index(bench);
  bench.kernel.init(1024 * 1024, 1);
  assertEquals(bench.intern("H:host:0", INTERN_FIND), -1);
  assertEquals(index(bench), before);
  bench.kernel.init(1024 * 1024, 2);
  assertNotEquals(index(bench), before);
});

test("scan() does not depend on bytes behind the input", () => {
  const benches = [0x00, 0xff].map((padding) => {
    const bench = new Bench();
    bench.bytes.fill(padding, bench.kernel.landingAt.value);
    return { bench, padding };
  });
  for (const length of [0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 90]) {
    const packets = everyCommand(length);
    for (let cut = packets.length; cut > 0; cut -= 1 + cut % 23) {
      const [dark, light] = benches.map(({ bench, padding }) => {
        bench.kernel.init(1024 * 1024, 1);
        const words = bench.scan(packets.subarray(0, cut));
        const at = bench.kernel.landingAt.value;
        bench.bytes.fill(padding, at, at + cut);
        const state = [STATE_NEXT, STATE_FAULT, STATE_NEED, STATE_DETAIL]
          .map((word) => bench.state(word));
        return [...words, ...state].join();
      });
      assertEquals(light, dark);
    }
  }
});

test("scan() does not depend on bytes behind the input when the last name ends with it", () => {
  for (let length = 1; length <= 64; length++) {
    const name = "n".repeat(length);
    for (const padding of [0x00, 0x6e, 0xff]) {
      const bench = new Bench();
      assertEquals(bench.intern(name, INTERN_TAKE), 0);
      bench.bytes.fill(padding, bench.kernel.landingAt.value);
      assertEquals(bench.scan(packet(COMMANDS.WORK_FAIL.type, name))[5], 0);
      assertEquals(bench.scan(packet(COMMANDS.WORK_FAIL.type, name))[5], -1);
    }
  }
});

test("scan() stops when its table is full, and goes on where it stopped", () => {
  const bench = new Bench();
  const one = packet(COMMANDS.NOOP.type, "");
  const many = new Uint8Array(one.length * 5000);
  for (let i = 0; i < 5000; i++) many.set(one, i * one.length);
  const end = bench.kernel.landingAt.value + many.length;
  let packets = bench.scan(many).length / 8;
  assertEquals(bench.state(STATE_NEED), 0);
  while (bench.state(STATE_NEXT) < end) {
    packets += bench.kernel.scan(bench.state(STATE_NEXT), end, 1) / 8;
  }
  assertEquals(packets, 5000);
  assertEquals(bench.state(STATE_NEED), HEADER_BYTES);
});

test("scan() says how many bytes the next packet needs", () => {
  const bench = new Bench();
  const bytes = packet(COMMANDS.WORK_COMPLETE.type, "H:host:1\0result");
  for (let length = 0; length < bytes.length; length++) {
    assertEquals(bench.scan(bytes, length).length, 0);
    assertEquals(bench.state(STATE_NEXT), bench.kernel.landingAt.value);
    assertEquals(bench.state(STATE_NEED), length < HEADER_BYTES ? HEADER_BYTES : bytes.length);
  }
});

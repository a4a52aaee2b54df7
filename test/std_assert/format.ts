/** Values as text, one member a line, so that two of them can be compared line by line. */

/** The text of a value, as an assertion's message shows it. */
export function format(value: unknown): string {
  return lines(value, []).join("\n");
}

/** How many bytes of a buffer a line shows. */
const BYTES_A_LINE = 16;

/** Bytes of a buffer that are shown; what is cut off is counted. */
const MOST_BYTES = 4096;

function lines(value: unknown, open: readonly object[]): string[] {
  if (typeof value === "string") return [JSON.stringify(value)];
  if (typeof value === "bigint") return [`${value}n`];
  if (typeof value === "function") {
    return [`[function ${value.name || "anonymous"}]`];
  }
  if (Object.is(value, -0)) return ["-0"];
  if (typeof value !== "object" || value === null) return [String(value)];
  if (open.includes(value)) return ["[circular]"];

  const within = [...open, value];
  const name = className(value);
  if (value instanceof Uint8Array) {
    return block(`${name}(${value.length}) <`, hexLines(value), ">");
  }
  if (ArrayBuffer.isView(value)) {
    const members = value instanceof DataView ? [] : [...value as unknown as Iterable<unknown>];
    return block(
      `${name}(${value.byteLength} bytes) [`,
      members.map(String),
      "]",
    );
  }
  if (
    value instanceof Date || value instanceof RegExp || value instanceof URL
  ) {
    return [
      value instanceof Date && isNaN(value.getTime()) ? "Invalid Date" : `${name} ${String(value)}`,
    ];
  }
  if (value instanceof Set) {
    return block(
      `${name} {`,
      [...value].flatMap((member) => comma(lines(member, within))),
      "}",
    );
  }
  if (value instanceof Map) {
    const members = [...value].flatMap(([key, member]) =>
      comma(joined(lines(key, within), " => ", lines(member, within)))
    );
    return block(`${name} {`, members, "}");
  }
  if (Array.isArray(value)) {
    return block(
      "[",
      value.flatMap((member) => comma(lines(member, within))),
      "]",
    );
  }
  const members = Object.entries(value).flatMap(([key, member]) =>
    comma(joined([key], ": ", lines(member, within)))
  );
  if (value instanceof Error) {
    return block(`${value.name}: ${value.message} {`, members, "}");
  }
  return block(name === "Object" ? "{" : `${name} {`, members, "}");
}

function className(value: object): string {
  return value.constructor?.name ?? "Object";
}

function block(head: string, members: string[], tail: string): string[] {
  if (members.length === 0) return [head + tail];
  return [head, ...members.map((line) => `  ${line}`), tail];
}

function comma(member: string[]): string[] {
  return [...member.slice(0, -1), `${member.at(-1)},`];
}

function joined(left: string[], between: string, right: string[]): string[] {
  return [
    ...left.slice(0, -1),
    `${left.at(-1)}${between}${right[0]}`,
    ...right.slice(1),
  ];
}

function hexLines(bytes: Uint8Array): string[] {
  const result: string[] = [];
  const shown = Math.min(bytes.length, MOST_BYTES);
  for (let at = 0; at < shown; at += BYTES_A_LINE) {
    const line = [...bytes.subarray(at, Math.min(at + BYTES_A_LINE, shown))];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(
      " ",
    );
    const text = line.map((byte) => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".");
    result.push(`${hex.padEnd(BYTES_A_LINE * 3)} ${text.join("")}`);
  }
  if (shown < bytes.length) result.push(`... ${bytes.length - shown} more`);
  return result;
}

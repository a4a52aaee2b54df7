/** What section 10 says of arguments: by their number in our document, on the wire, and received. */
export const ARGUMENTS: readonly [
  number: string,
  argument: unknown,
  wire: string,
  received: unknown,
][] = [
  ["10.1", { a: 1 }, '{"a":1}', { a: 1 }],
  ["10.2", [1, 2], "[1,2]", [1, 2]],
  ["10.3", "plain", "plain", "plain"],
  ["10.4", "123", "123", 123],
  ["10.4", 123, "123", 123],
  ["10.5", true, "1", 1],
  ["10.6", false, "", []],
  ["10.6", "", "", []],
  ["10.7", null, "null", "null"],
  ["10.8", 1.5, "1.5", 1.5],
];

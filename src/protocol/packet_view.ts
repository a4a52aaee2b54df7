/**
 * A packet as the thinking parts see it. The codec's `Packet` fits this shape, and so does any small object in
 * a test: who reasons about packets needs no codec.
 *
 * @module
 */

/** One packet, valid until the call that it is shown in returns. What is to outlive that is kept. */
export interface PacketView {
  /** The command's number. */
  readonly type: number;
  /** Whether the magic was RES. */
  readonly isResponse: boolean;
  /** Argument `index` as a view that says nothing after the call. */
  borrow(index: number): Uint8Array;
  /** Argument `index`, to keep. */
  keep(index: number): Uint8Array;
  /** The last argument, to keep. */
  keepData(): Uint8Array;
  /** The whole body, as a view that says nothing after the call. */
  borrowBody(): Uint8Array;
  /** The whole body, to keep. */
  keepBody(): Uint8Array;
}

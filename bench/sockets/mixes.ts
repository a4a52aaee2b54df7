/** What is sent: mixes of bench/micro for which there are goals over sockets. */

/** Their names. */
export const SOCKET_MIXES = ["status", "p65536", "p4194304"] as const;

/** One of them. */
export type SocketMix = typeof SOCKET_MIXES[number];

/** Bytes of all chunks. */
export function bytesOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

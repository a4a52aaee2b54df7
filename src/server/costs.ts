/** What a peer's requests cost of its turn, in bytes of text that it is sent. */

/** What a packet costs that comes, and each that a report goes out in beside the first. */
export const PACKET_COST = 128;

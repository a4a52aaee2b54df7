/** What the wire means: the command table, the limits and the text grammar. Pure data and functions. */
export * from "./command_words.ts";
export * from "./commands.ts";
export * from "./fates.ts";
export * from "./limits.ts";
export * from "./names.ts";
export type { PacketView } from "./packet_view.ts";
export * from "./text.ts";
export * from "./timetable.ts";

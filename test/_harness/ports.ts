/**
 * Which ports tests take. Systems give out those from 32,768 on to whoever asks for any: such a port
 * may be somebody else's by the time that a program listens there, or listens there again.
 *
 * @module
 */

const FIRST = 8_000;

/** Ports of a range: those of one process. */
export const RANGE_PORTS = 500;

/** How many ranges there are. */
export const PORT_RANGES = 48;

/** The setting that says which range a process has. Default: by the number of the process. */
export const PORT_RANGE_SETTING = "GEARTRAIN_PORT_RANGE";

/** A port of a range: the first, the second, and after the last the first again. */
export function portOf(range: number, index: number): number {
  return FIRST + range * RANGE_PORTS + index % RANGE_PORTS;
}

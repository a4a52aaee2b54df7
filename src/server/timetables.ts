/**
 * Timetables by their texts. To read one takes some ten microseconds, and thousands of series may
 * have the same: those share it.
 *
 * @module
 */
import { parseTimetable, type TimeFields, type Timetable } from "../protocol/mod.ts";

/** A timetable, and the text that it was read from. */
export interface Times {
  /** The five fields, with a space between them. */
  readonly times: string;
  readonly timetable: Timetable;
}

/** Timetables that are remembered. */
const REMEMBERED = 1024;

/** The timetables that were read of late. */
export class Timetables {
  readonly #known = new Map<string, Times>();

  /** Reads the fields, none of which may be empty. Throws a `RangeError` that says what was expected. */
  read(fields: TimeFields): Times {
    // Fields that are none may have spaces in them: then they make the text of no others.
    const text = fields.join(" ");
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const times = { times: text, timetable: parseTimetable(fields) };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(text, times);
    return times;
  }
}

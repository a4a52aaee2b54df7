/**
 * A time zone: what its clocks show at a moment, and when they show a time.
 *
 * Times of clocks are "local" milliseconds: those since the epoch of a clock that shows UTC and
 * stands as the zone's clock does.
 *
 * @module
 */
import { got } from "../errors.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Zones change their offset at whole quarters of an hour. */
const STEP = 15 * MINUTE;

/** Offsets that are remembered: to ask for one takes some microseconds. */
const REMEMBERED = 1024;

/** One zone of the runtime's own table. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** @param name For instance `Europe/Vienna`. Throws a `RangeError` for a zone that the runtime does not know. */
  constructor(name: string) {
    try {
      this.#format = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
        timeZone: name,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch (cause) {
      throw new RangeError(
        `Expected a time zone, for instance Europe/Vienna or UTC, got ${got(name)}`,
        { cause },
      );
    }
  }

  /** What its clocks show at a moment. */
  localAt(moment: number): number {
    return moment + this.#offsetAt(moment);
  }

  /**
   * When its clocks show a time. A time that they show twice, since they are set back between, is
   * the first of the two; one that they leave out is the moment at which they do.
   */
  momentOf(local: number): number {
    const before = this.#offsetAt(local - DAY);
    const after = this.#offsetAt(local + DAY);
    for (const moment of [local - before, local - after]) {
      if (this.localAt(moment) === local) return moment;
    }
    // The clocks jump from `before` to `after`, somewhere between the two.
    let low = local - after;
    let high = local - before;
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
      if (this.#offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  /** Milliseconds that its clocks are ahead of UTC. */
  #offsetAt(moment: number): number {
    const step = Math.floor(moment / STEP);
    let offset = this.#offsets.get(step);
    if (offset === undefined) {
      if (this.#offsets.size >= REMEMBERED) this.#offsets.clear();
      offset = this.#readOffset(step * STEP);
      this.#offsets.set(step, offset);
    }
    return offset;
  }

  #readOffset(moment: number): number {
    const [month, day, year, hour, minute, second] = this.#format.format(moment)
      .split(/\D+/).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) - moment;
  }
}

/**
 * Functions that share places, and a link to each server.
 *
 * @module
 */
import type { Ability } from "./ability.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";

/** A worker's functions without a concurrency of their own, or one with. */
export class Group {
  readonly room: Room;
  /** By name, in the order in which they were added. */
  readonly abilities: Map<string, Ability> = new Map<string, Ability>();
  readonly #sessions: Session[] = [];
  #next = 0;

  /** Jobs that still run in the places are those of a group before it. */
  constructor(room: Room) {
    this.room = room;
    room.onFree = () => this.#fill();
  }

  /** A link to a server is open. */
  join(session: Session): void {
    this.#sessions.push(session);
  }

  /** Fetches no more on a link: it is lost, or about to be closed. */
  leave(session: Session): void {
    const at = this.#sessions.indexOf(session);
    if (at >= 0) this.#sessions.splice(at, 1);
  }

  /** Offers a function to every server, now and later. */
  offer(ability: Ability): void {
    this.abilities.set(ability.name, ability);
    for (const session of this.#sessions) session.offer(ability);
  }

  /** Asks every server for jobs, whatever it said last. */
  ask(): void {
    for (const session of this.#sessions) session.ask();
  }

  /** Offers free places to the servers in turn, beginning with another one each time. */
  #fill(): void {
    const sessions = this.#sessions;
    const count = sessions.length;
    for (let i = ++this.#next, end = i + count; i < end; i++) sessions[i % count]?.fill();
  }
}

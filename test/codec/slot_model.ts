/** What slots mean, as plainly as it can be said: the model that both decoders are held against. */
import { type CommandName, type CommandRow, COMMANDS } from "../../src/protocol/mod.ts";

/** Names with their slots and references. */
export class SlotModel {
  readonly #live = new Map<string, { readonly slot: number; references: number }>();
  readonly #free: number[] = [];
  #used = 0;

  /** The slot that a packet of this command with this handle must be shown with. */
  follow(command: CommandName, handle: string): number {
    const role = (COMMANDS[command] as CommandRow).handle;
    if (role === "takes") return this.take(handle);
    if (role === undefined) return -1;
    const known = this.#live.get(handle);
    if (known === undefined) return -1;
    if (role === "drops" && --known.references === 0) {
      this.#live.delete(handle);
      this.#free.push(known.slot);
    }
    return known.slot;
  }

  /** The slot of a name that is registered or introduced. */
  take(name: string): number {
    if (name.length === 0 || name.length > 64) return -1;
    const known = this.#live.get(name);
    if (known !== undefined) known.references++;
    const slot = known?.slot ?? this.#free.pop() ?? this.#used++;
    if (known === undefined) this.#live.set(name, { slot, references: 1 });
    return slot;
  }
}

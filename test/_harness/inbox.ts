/** Where what a socket reads is kept until a test takes it. */
import type { Sink } from "../../src/sockets/socket.ts";

/** A sink that keeps every byte. */
export class Inbox implements Sink {
  /** What has come and was not taken: whoever takes some leaves the rest here. */
  unread: Uint8Array = new Uint8Array(0);
  /** Whether nothing more will come. */
  hasEnded = false;
  readonly #window = new Uint8Array(64 * 1024);
  #wake: () => void = () => {};

  /** Resolves when more has come, or the end. For one who waits. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  space(): Uint8Array {
    return this.#window;
  }

  filled(count: number): boolean {
    return this.push(this.#window.subarray(0, count));
  }

  push(chunk: Uint8Array): boolean {
    const joined = new Uint8Array(this.unread.length + chunk.length);
    joined.set(this.unread);
    joined.set(chunk, this.unread.length);
    this.unread = joined;
    this.#wake();
    return true;
  }

  ended(): void {
    this.hasEnded = true;
    this.#wake();
  }
}

/** A signal that shows who listens to it. */

/** What {@linkcode countedSignal} makes. */
export interface CountedSignal {
  readonly controller: AbortController;
  /** That of the controller. */
  readonly signal: AbortSignal;
  /** Those who listen now. */
  readonly listeners: ReadonlySet<unknown>;
}

/** A signal that counts its listeners. */
export function countedSignal(): CountedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: never, options?: AddEventListenerOptions) => {
    listeners.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: never) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  return { controller, signal, listeners };
}

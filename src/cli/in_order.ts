/** Work that is begun ahead of the one who waits for it, as far as a limit. */

/**
 * Begins something for each item, `limit` of them ahead at most, and gives what was begun in the
 * order of the items: as soon as it was begun, however long the next item may take to come.
 */
export async function* inOrder<Item, Begun>(
  items: AsyncIterable<Item>,
  limit: number,
  begin: (item: Item, index: number) => Begun,
): AsyncGenerator<Begun, void, undefined> {
  const begun: Begun[] = [];
  let open = 0;
  let state: "reading" | "over" | { readonly error: unknown } = "reading";
  let isWanted = true;
  let wakeReader = () => {};
  let wakeWriter = () => {};
  const fill = async () => {
    let index = 0;
    for await (const item of items) {
      while (isWanted && open >= limit) await new Promise<void>((resolve) => wakeWriter = resolve);
      if (!isWanted) return;
      open++;
      begun.push(begin(item, index++));
      wakeReader();
    }
  };
  fill().then(() => state = "over", (error) => state = { error }).finally(() => wakeReader());
  try {
    for (;;) {
      if (begun.length > 0) {
        yield begun.shift()!;
        open--;
        wakeWriter();
      } else if (state === "reading") {
        await new Promise<void>((resolve) => wakeReader = resolve);
      } else if (state === "over") return;
      else throw (state as { readonly error: unknown }).error;
    }
  } finally {
    isWanted = false;
    wakeWriter();
  }
}

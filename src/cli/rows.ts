/** Rows for people or for programs: a table, or a line of JSON for each. */
import type { Call } from "./command.ts";
import { type Cell, tableOf } from "./table.ts";

/** A column: its heading, and what stands in it. */
export type Column<Row> = readonly [heading: string, cell: (row: Row) => Cell];

/** Something that a server said. */
export interface Of {
  readonly server: string;
}

/** Prints rows. Several servers are told apart by a column of their own. */
export async function printRows<Row extends Of>(
  { json, terminal }: Call,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): Promise<void> {
  if (json) {
    await terminal.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return;
  }
  const several = new Set(rows.map(({ server }) => server)).size > 1;
  const all: readonly Column<Row>[] = several
    ? [["SERVER", ({ server }) => server], ...columns]
    : columns;
  await terminal.out(
    tableOf(all.map(([heading]) => heading), rows.map((row) => all.map(([, cell]) => cell(row)))),
  );
}

/** Rows by a text of theirs. */
export function sorted<Row>(rows: readonly Row[], by: (row: Row) => string): Row[] {
  return [...rows].sort((a, b) => by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0);
}

import { cut } from "./cut.ts";
import type { Colour } from "./paint.ts";
import type { Terminal } from "./terminal.ts";

/** A column of a table of things. */
export interface Column<T> {
  title: string;
  text(row: T): string;
  colour?(row: T): Colour | undefined;
  /** Numbers stand at the right. */
  right?: boolean;
}

const GAP = "  ";
const SHORTEST = 8;

/**
 * Prints rows under titles, in columns as wide as they must be. On a terminal the last column is cut to its width, with "…"; in a pipe
 * nothing is cut. Line breaks and tabs within a cell become spaces.
 */
export function printTable<T>(terminal: Terminal, columns: readonly Column<T>[], rows: readonly T[]): void {
  const cells = rows.map((row) => columns.map((column) => column.text(row).replace(/\s+/g, " ")));
  const widths = columns.map((column, at) => cells.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), column.title.length));
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = terminal.interactive ? Math.max(SHORTEST, terminal.columns - before) : Number.POSITIVE_INFINITY;
  const line = (texts: readonly string[], row?: T) =>
    columns.map((column, at) => {
      const text = at === last ? cut(texts[at] ?? "", room) : (texts[at] ?? "");
      const width = Math.min(widths[at] ?? 0, at === last ? room : Number.POSITIVE_INFINITY);
      const padded = column.right === true ? text.padStart(width) : at === last ? text : text.padEnd(width);
      const colour = row === undefined ? "bold" : column.colour?.(row);
      return colour === undefined ? padded : terminal.paint(colour, padded);
    });
  terminal.print(
    line(columns.map(({ title }) => title))
      .join(GAP)
      .trimEnd(),
  );
  for (const [at, row] of rows.entries())
    terminal.print(
      line(cells[at] ?? [], row)
        .join(GAP)
        .trimEnd(),
    );
}

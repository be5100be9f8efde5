/** A table as text: columns as wide as their widest cell, the last columns of numbers to the right. Each row has as many cells as the head. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => looksNumeric(row[column] ?? "")));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** A number as people read it: no decimals from 100, three significant digits below, thousands apart. */
export function renderNumber(value: number): string {
  if (!Number.isFinite(value)) return "n/a";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value === 0 ? "0" : Number(value.toPrecision(3)).toString();
}

function looksNumeric(cell: string): boolean {
  return cell === "" || cell === "n/a" || /^[\d.,$-]+( - [\d.,$-]+)?$/.test(cell);
}

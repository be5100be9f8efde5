import { callRows } from "./call-rows.ts";
import { controlRows } from "./control-rows.ts";
import { crossingRows } from "./crossing-rows.ts";
import { eagerRows } from "./eager-rows.ts";
import { limitRows } from "./limit-rows.ts";
import { lineageRows } from "./lineage-rows.ts";
import { resultRows } from "./result-rows.ts";
import { retryRows } from "./retry-rows.ts";
import type { Row } from "./row.ts";
import { signatureRows } from "./signature-rows.ts";
import { stateRows } from "./state-rows.ts";
import { taskRows } from "./task-rows.ts";

/** All rows, in the order of Celery's list. */
export const rows: readonly Row[] = [
  ...taskRows,
  ...callRows,
  ...resultRows,
  ...limitRows,
  ...controlRows,
  ...retryRows,
  ...stateRows,
  ...eagerRows,
  ...lineageRows,
  ...crossingRows,
  ...signatureRows,
];

/** @throws RangeError when there is no row of that name */
export function rowNamed(name: string | null): Row {
  const row = rows.find((each) => each.name === name);
  if (row === undefined) throw new RangeError(`expected the name of a row, got ${name}`);
  return row;
}

import { chainNoteRows } from "./chain-note-rows.ts";
import { chainRows } from "./chain-rows.ts";
import { chordErrorRows } from "./chord-error-rows.ts";
import { chordRows } from "./chord-rows.ts";
import { groupRows } from "./group-rows.ts";
import { moreRows } from "./more-rows.ts";
import { replaceRows } from "./replace-rows.ts";
import type { CanvasRow } from "./row.ts";
import { stampRows } from "./stamp-rows.ts";
import { vectorRows } from "./vector-rows.ts";

/** All rows that are canvases. */
export const canvasRows: readonly CanvasRow[] = [
  ...moreRows,
  ...chainRows,
  ...chainNoteRows,
  ...groupRows,
  ...chordRows,
  ...chordErrorRows,
  ...replaceRows,
  ...stampRows,
  ...vectorRows,
];

/** Which tasks are meant: all conditions that are given must hold. */
export interface ResultsFilter {
  /** Their state, or one of several. */
  status?: string | readonly string[];
  /** Their task's name. */
  name?: string;
  queue?: string;
  /** Those that were received at that instant or later; text is ISO 8601. */
  since?: Date | string;
  /** Those that were received before. */
  until?: Date | string;
}

/** With more points the marks would hide the line. */
const MOST_MARKED = 31;

/** Whether a line's point gets a mark: all of a short line, and of a long one those that no line reaches. */
export const isMarked = (values: readonly (number | null)[], index: number): boolean =>
  values.length <= MOST_MARKED ||
  ((values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null);

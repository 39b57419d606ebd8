/**
 * One attempt for all who ask while it is made, and its result for all who ask later. An attempt that failed is
 * forgotten: the next caller has another made.
 */
export function untilItWorks<Result>(attempt: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= attempt().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

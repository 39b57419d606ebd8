/** Longest text that is searched for: an e-mail address is shorter. */
export const LONGEST_TEXT = 200;

const MOST_WORDS = 8;

/** The punctuation that the indexes take for spaces, and what separates words anyway. */
const SEPARATORS = /[\s!-/:-@[-`{-~]+/u;

/** The beginning of an id of ours, such as `con_01j`: long enough to say something. */
const ID_BEGINNING = /^[a-z]{3}_[0-9a-z]{3,26}$/;

/** A typed text, as the database is asked for it. */
export interface SearchText {
  readonly text: string;
  /** A `tsquery`: each word is the beginning of one that is there. Empty for a text without words. */
  readonly words: string;
  /** The text, if it can be the beginning of an id of ours. */
  readonly idBeginning: string | undefined;
}

/** Reads what somebody typed; only letters, digits and what PostgreSQL knows as neither get into the query. */
export function readSearchText(typed: string): SearchText {
  const text = typed.trim();
  const lower = text.toLowerCase();
  const words = text.split(SEPARATORS).filter((word) => word !== '');
  return {
    text,
    words: words
      .slice(0, MOST_WORDS)
      .map((word) => `'${word}':*`)
      .join(' & '),
    idBeginning: ID_BEGINNING.test(lower) ? lower : undefined,
  };
}

const LONGEST = 120;
const MOST_CAUSES = 10;

/** The shape of an error: `instanceof` fails for one of another realm, such as a worker's. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly cause?: Failure;
}

/**
 * The cause of a failure, for an operator: its code or that of an underlying error, else its message, in one line and
 * without `secrets`.
 */
export function failureReason(error: unknown, secrets: readonly string[]): string {
  const causes = causesOf(error);
  if (causes.some(({ name }) => name === 'TimeoutError')) return 'no answer in time';
  const code = causes.map((each) => each.code).find((each) => typeof each === 'string' && isCode(each));
  if (typeof code === 'string') return code;
  const words = causes.map(({ message }) => message).findLast((each) => each !== '');
  return words === undefined ? 'unknown' : clean(words, secrets);
}

function isCode(text: string): boolean {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(text);
}

/** The error and its causes, outermost first. */
function causesOf(error: unknown): Failure[] {
  const causes: Failure[] = [];
  let each = error as Failure | undefined;
  while (typeof each?.message === 'string' && causes.length < MOST_CAUSES) {
    causes.push(each);
    each = each.cause;
  }
  return causes;
}

function clean(words: string, secrets: readonly string[]): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  const without = longestFirst.reduce((text, secret) => text.replaceAll(secret, '…'), words);
  return without.replace(/\s+/g, ' ').slice(0, LONGEST);
}

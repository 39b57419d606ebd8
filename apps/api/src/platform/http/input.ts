import { isUtf8 } from 'node:buffer';
import { jsonExcess } from '@valetkey/providers';
import { invalidInput, Problem } from '../problems/index.js';

/** Bounds that no legitimate request exceeds: parsing and checking more would delay all others. */
const BOUNDS = { depth: 64, members: 10_000 };

const EXCESS = {
  depth: (most: number) => `JSON may be nested ${most} levels deep at most.`,
  members: (most: number) => `JSON may have ${most} members at most, all together.`,
};

const BYTE_ORDER_MARK = '\uFEFF';

/** An answer names the first few errors; it does not echo the input. */
const MOST_ERRORS = 20;
const MOST_CHARACTERS = 200;

/** The error of one member of an input. */
interface InputError {
  readonly path: string;
  readonly message: string;
}

/**
 * Parses JSON of a caller; `undefined` for an empty text. All JSON of callers is parsed here.
 * @param members how many it may have, where that is more than usual
 * @throws Problem 400 `invalid_input`
 */
export function readJson(bytes: Buffer, members = BOUNDS.members): unknown {
  const bounds = { ...BOUNDS, members };
  const excess = jsonExcess(bytes, bounds);
  if (excess) throw invalidInput(EXCESS[excess](bounds[excess]));
  if (!isUtf8(bytes)) throw invalidInput('JSON must be written in UTF-8.');
  const text = bytes.toString();
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  try {
    return json.trim() === '' ? undefined : (JSON.parse(json) as unknown);
  } catch {
    throw invalidInput('The body is not JSON.');
  }
}

/**
 * Refuses text that cannot be stored: a lone surrogate cannot be written as UTF-8, and PostgreSQL stores no NUL.
 * @throws Problem 400 `invalid_input`, which names the member
 */
export function requireText(value: unknown, within: readonly string[] = []): void {
  const fault = faultIn(value);
  if (fault) throw inputProblem([{ path: [...within, ...fault.path].join('.'), message: fault.message }]);
}

/** The first such text and its path; the path is built only once there is one. */
function faultIn(value: unknown): { path: string[]; message: string } | undefined {
  if (typeof value === 'string') {
    const message = faultOf(value);
    return message === undefined ? undefined : { path: [], message };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const fault = faultIn(name) ?? faultIn(member);
    if (fault) return { ...fault, path: [name.toWellFormed().replaceAll('\0', '\uFFFD'), ...fault.path] };
  }
  return undefined;
}

function faultOf(text: string): string | undefined {
  if (!text.isWellFormed()) return 'must not hold half of a character (an unpaired surrogate)';
  return text.includes('\0') ? 'must not hold the character U+0000' : undefined;
}

/** 400 for an input with invalid members; each error names its path, never the value. */
export function inputProblem(wrong: readonly InputError[]): Problem {
  const errors = wrong
    .slice(0, MOST_ERRORS)
    .map(({ path, message }) => ({ path: shortened(path), message: shortened(message) }));
  const [{ path, message } = { path: '', message: 'invalid input' }] = errors;
  return new Problem('invalid_input', { fault: shortened(path ? `${path}: ${message}` : message), errors });
}

/** Shortened for an answer, without the lone surrogate that a cut may leave. */
export function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1).toWellFormed()}…`;
}

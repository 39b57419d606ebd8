import { ACTING } from './acting.js';
import { CONNECTING } from './connecting.js';
import type { ProblemEntry } from './entry.js';
import { GENERAL } from './general.js';
import { OPERATING } from './operating.js';

export const CATALOGUE = { ...GENERAL, ...OPERATING, ...CONNECTING, ...ACTING };
type Catalogue = typeof CATALOGUE;

/** An entry of the catalogue: its code, or `code.case` where one code has several details. */
export type ProblemName = keyof Catalogue;

type CodeOf<Name> = Name extends `${infer Code}.${string}` ? Code : Name;

/** The stable name that clients branch on. */
export type ProblemCode = CodeOf<ProblemName>;

type PartsOf<Detail> = Detail extends `${string}{${infer Part}}${infer Rest}` ? Part | PartsOf<Rest> : never;
type MembersOf<Entry> = Entry extends { readonly members: infer Members } ? keyof Members : never;

type Headers = Readonly<Record<string, string>>;

/** The parts of the detail, which are required, and the members of the problem. */
type Values<Part extends string, Member extends PropertyKey> = [Part | Member] extends [never]
  ? Readonly<Record<string, never>>
  : Readonly<Record<Part, string | number> & Partial<Record<Member, unknown>>>;
type Arguments<Entry extends ProblemEntry, Part extends string = PartsOf<Entry['detail']>> = [Part] extends [
  never,
]
  ? [values?: Values<never, MembersOf<Entry>>, headers?: Headers]
  : [values: Values<Part, MembersOf<Entry>>, headers?: Headers];

/** A problem as it goes out; a dialect may change it. */
export interface ProblemAnswer {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** Members beyond those of RFC 9457, for example `authorizationUri` or `missingScopes`. */
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** An error that is meant for the caller: RFC 9457 problem details with a stable `code`, as the catalogue has it. */
export class Problem<Name extends ProblemName = ProblemName> extends Error implements ProblemAnswer {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(name: Name, ...[values = {}, headers = {}]: Arguments<Catalogue[Name]>) {
    const { status, detail, retryable, parts = {} }: ProblemEntry = CATALOGUE[name];
    const filled = detail.replace(/\{(\w+)\}/g, (_, part: string) =>
      String(values[part as keyof typeof values]),
    );
    super(`${name}: ${filled}`);
    this.status = status;
    this.code = name.split('.', 1)[0] as ProblemCode;
    this.detail = filled;
    const members = Object.entries(values).filter(([member]) => !(member in parts));
    this.extensions = { ...(retryable && { retryable }), ...Object.fromEntries(members) };
    this.headers = headers;
  }

  /** The example of an entry. */
  static exampleOf(name: ProblemName): Problem {
    const { parts, members }: ProblemEntry = CATALOGUE[name];
    return new Problem(name, { ...parts, ...members } as never);
  }

  /** A caller was refused, and no event has recorded it yet. */
  isDenial = false;

  /** The owner of the thing that was refused, when the caller has named that user. */
  deniedUserId: string | undefined;

  /** Marks it as a denial: the audit log gets an event when it is sent to the caller. */
  asDenial(userId?: string): this {
    this.isDenial = true;
    this.deniedUserId = userId;
    return this;
  }
}

/** The body as it goes over the wire. */
export function problemBody(problem: ProblemAnswer, instance?: string): Record<string, unknown> {
  const { status, code, detail, extensions } = problem;
  return {
    type: `urn:valetkey:problem:${code}`,
    title: titleOf(code),
    status,
    detail,
    code,
    ...(instance ? { instance } : {}),
    ...extensions,
  };
}

/** The detail with the link in it, for clients that show their users one sentence of an error. */
export function detailWithLink({ detail, extensions: { authorizationUri } }: ProblemAnswer): string {
  return typeof authorizationUri === 'string' ? `${detail} authorizationUri: ${authorizationUri}` : detail;
}

/** `missing_scope` → `Missing scope`. */
function titleOf(code: string): string {
  const words = code.replace(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The header that says when to try again (RFC 9110, section 10.2.3). */
export function retryAfterHeader(ms: number): { 'retry-after': string } {
  return { 'retry-after': String(Math.ceil(ms / 1_000)) };
}

/** 404 for a thing that does not exist or is not the caller's: the two look the same. */
export function notFound(thing: string): Problem {
  return new Problem('not_found', { thing }).asDenial();
}

/** 400 for input that the schema accepts but that has no meaning. */
export function invalidInput(fault: string): Problem {
  return new Problem('invalid_input', { fault });
}

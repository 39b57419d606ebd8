/** Members of a problem beyond those of RFC 9457, for example `authorizationUri` or `missingScopes`. */
export type ProblemExtensions = Readonly<Record<string, unknown>>;

/**
 * An error that is meant for the caller: RFC 9457 problem details with a stable `code`. `detail` says what was wrong
 * and what to do; it never holds a secret.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly extensions: ProblemExtensions = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${code}: ${detail}`);
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

  /** The body as it goes over the wire. */
  body(instance?: string): Record<string, unknown> {
    return {
      type: `urn:valetkey:problem:${this.code}`,
      title: titleOf(this.code),
      status: this.status,
      detail: this.detail,
      code: this.code,
      ...(instance ? { instance } : {}),
      ...this.extensions,
    };
  }
}

/** `missing_scope` → `Missing scope`. */
function titleOf(code: string): string {
  const words = code.replace(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** 404 for a thing that does not exist or is not the caller's: the two look the same. */
export function notFound(what: string): Problem {
  return new Problem(404, 'not_found', `There is no such ${what}.`).asDenial();
}

/** 400 for input that the schema accepts but that has no meaning. */
export function invalidInput(detail: string): Problem {
  return new Problem(400, 'invalid_input', detail);
}

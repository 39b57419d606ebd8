/** Why a place outside does not take or return checkpoints; the message holds no secret. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
}

/** The code of an underlying failure, for the message: `ENOSPC`, `AccessDenied`. */
export function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: { code?: unknown } };
  const known = [code, cause?.code, name].find((each) => typeof each === 'string');
  return typeof known === 'string' && /^\w{1,64}$/.test(known) ? known : 'unknown';
}

import type { FastifyReply } from 'fastify';

/** A tagged union value as Dropbox writes it. */
export interface Tagged {
  '.tag': string;
  [field: string]: unknown;
}

/** A failure that a route throws and the error handler words as Dropbox does. */
export class DropboxError extends Error {
  constructor(
    readonly status: number,
    readonly summary: string,
    readonly error: Tagged,
  ) {
    super(summary);
  }
}

/** A call that is wrong in itself: Dropbox answers 400 in plain text. */
export class DropboxBadInput extends Error {}

/** Unknown or revoked token. */
export const invalidAccessToken = authError('invalid_access_token');

/** The token lived too long. */
export const expiredAccessToken = authError('expired_access_token');

/** The token lacks the scope, which Dropbox names. */
export function missingScope(scope: string): DropboxError {
  return new DropboxError(401, 'missing_scope/..', { '.tag': 'missing_scope', required_scope: scope });
}

/** A failure of the endpoint itself: 409 with nested tags, e.g. `path/not_found`. */
export function endpointError(...tags: string[]): DropboxError {
  const error = tags.reduceRight<Tagged | undefined>(
    (inner, tag) => (inner ? { '.tag': tag, [tag]: inner } : { '.tag': tag }),
    undefined,
  );
  return new DropboxError(409, `${tags.join('/')}/..`, error ?? { '.tag': 'other' });
}

/** Sends a failure with Dropbox's body. */
export function sendDropboxError(reply: FastifyReply, error: DropboxError): FastifyReply {
  return reply.code(error.status).send({ error_summary: error.summary, error: error.error });
}

function authError(tag: string): DropboxError {
  return new DropboxError(401, `${tag}/..`, { '.tag': tag });
}

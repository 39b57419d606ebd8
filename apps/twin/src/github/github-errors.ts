import type { FastifyReply } from 'fastify';

/** A failure that a route throws and the error handler words as GitHub does. */
export class GithubError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** Sends a failure with GitHub's body. */
export function sendGithubError(reply: FastifyReply, error: GithubError): FastifyReply {
  return reply.code(error.status).send({
    message: error.message,
    ...error.extra,
    documentation_url: 'https://docs.github.com/rest',
    status: String(error.status),
  });
}

/** Unknown, expired or revoked token. */
export const badCredentials = new GithubError(401, 'Bad credentials');

/** The call needs a token. */
export const requiresAuthentication = new GithubError(401, 'Requires authentication');

/** Not there, or not to be known: GitHub makes no difference. */
export const githubNotFound = new GithubError(404, 'Not Found');

/** A field is wrong. */
export function validationFailed(resource: string, field: string, code = 'missing_field'): GithubError {
  return new GithubError(422, 'Validation Failed', { errors: [{ resource, field, code }] });
}

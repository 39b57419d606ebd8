import type { FastifyReply } from 'fastify';

const REALM = 'Bearer realm="https://accounts.google.com/"';

/** One failure of a Google API. */
export interface GoogleFailure {
  code: number;
  message: string;
  reason: string;
  domain?: string;
  status?: string;
  location?: string;
  locationType?: string;
  details?: unknown[];
  wwwAuthenticate?: string;
}

/** A failure that a route throws and the error handler words as Google does. */
export class GoogleError extends Error {
  constructor(readonly failure: GoogleFailure) {
    super(failure.message);
  }
}

/** The body of a failure as the Google APIs word it. */
export function googleErrorBody(failure: GoogleFailure): unknown {
  const { code, message, reason, domain = 'global', location, locationType, status, details } = failure;
  return {
    error: {
      code,
      message,
      errors: [{ message, domain, reason, ...(location ? { location, locationType } : {}) }],
      ...(status ? { status } : {}),
      ...(details ? { details } : {}),
    },
  };
}

/** Sends a failure. */
export function sendGoogleError(reply: FastifyReply, failure: GoogleFailure): FastifyReply {
  if (failure.wwwAuthenticate) reply.header('www-authenticate', failure.wwwAuthenticate);
  return reply.code(failure.code).send(googleErrorBody(failure));
}

/** No token came with the call. */
export const LOGIN_REQUIRED = new GoogleError({
  code: 401,
  message:
    'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  reason: 'required',
  location: 'Authorization',
  locationType: 'header',
  status: 'UNAUTHENTICATED',
  wwwAuthenticate: REALM,
});

/** The token is unknown, expired or revoked: Google does not say which. */
export const INVALID_CREDENTIALS = new GoogleError({
  code: 401,
  message:
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  reason: 'authError',
  location: 'Authorization',
  locationType: 'header',
  status: 'UNAUTHENTICATED',
  wwwAuthenticate: `${REALM}, error="invalid_token"`,
});

/** The token lacks a scope for the method. */
export function scopeInsufficient(service: string, method: string, accepted: string[]): GoogleError {
  return new GoogleError({
    code: 403,
    message: 'Request had insufficient authentication scopes.',
    reason: 'insufficientPermissions',
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
        metadata: { service, method },
      },
    ],
    wwwAuthenticate: `${REALM}, error="insufficient_scope", scope="${accepted.join(' ')}"`,
  });
}

/** A parameter or body field is wrong. */
export function invalidValue(message: string, location?: string): GoogleError {
  return new GoogleError({
    code: 400,
    message,
    reason: 'invalid',
    status: 'INVALID_ARGUMENT',
    ...(location ? { location, locationType: 'parameter' } : {}),
  });
}

/** The thing is not there, or not for this account. */
export function notFound(message = 'Not Found', location?: string): GoogleError {
  return new GoogleError({
    code: 404,
    message,
    reason: 'notFound',
    ...(location ? { location, locationType: 'parameter' } : {}),
  });
}

/** Any failure by code, reason and text. */
export function googleError(code: number, reason: string, message: string): GoogleError {
  return new GoogleError({ code, reason, message });
}

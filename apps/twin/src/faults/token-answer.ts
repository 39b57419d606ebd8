import type { FastifyRequest } from 'fastify';
import { tokenFault } from '../request-notes.js';

/** Body of a successful token answer. */
export interface TokenAnswer {
  access_token?: string;
  refresh_token?: string;
  scope?: string;
  [field: string]: unknown;
}

/** The scopes that the token gets: fewer than earned under `smaller_scope`. */
export function scopesUnderFaults(request: FastifyRequest, scopes: string[]): string[] {
  const fault = tokenFault(request, 'smaller_scope');
  if (!fault) return scopes;
  const wanted = fault.scopes;
  return wanted ? scopes.filter((scope) => wanted.includes(scope)) : scopes.slice(0, -1);
}

/** Takes out of the answer what the faults say. */
export function answerUnderFaults(request: FastifyRequest, answer: TokenAnswer): TokenAnswer {
  const changed = { ...answer };
  if (tokenFault(request, 'no_access_token')) delete changed.access_token;
  if (tokenFault(request, 'omit_scope')) delete changed.scope;
  if (tokenFault(request, 'omit_refresh_token')) delete changed.refresh_token;
  return changed;
}

/** Whether this refresh gives a new refresh token although the provider's rule is not to. */
export function rotationForced(request: FastifyRequest): boolean {
  return tokenFault(request, 'rotate_refresh_token') !== undefined;
}

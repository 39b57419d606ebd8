import type { World } from '../world.js';
import type { AuthorizationRequest } from './records.js';

const CONSENT_LIFETIME_MS = 10 * 60_000;

/** Remembers a request and gives the ticket that the page's form carries. */
export function holdConsent(world: World, request: AuthorizationRequest): string {
  const ticket = world.id(18);
  world.state.consents.set(ticket, { request, expiresAt: world.now() + CONSENT_LIFETIME_MS });
  world.changed();
  return ticket;
}

/** Takes a waiting request out; a ticket works once. */
export function takeConsent(world: World, ticket: string | undefined): AuthorizationRequest | undefined {
  const pending = ticket ? world.state.consents.get(ticket) : undefined;
  if (!ticket || !pending) return undefined;
  world.state.consents.delete(ticket);
  world.changed();
  return pending.expiresAt > world.now() ? pending.request : undefined;
}

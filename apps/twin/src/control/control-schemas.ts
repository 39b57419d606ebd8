import { z } from 'zod';
import { PROVIDER_NAMES } from '../provider-name.js';

const provider = z.enum(PROVIDER_NAMES);

/** `POST /control/clients` */
export const newClientSchema = z.strictObject({
  provider,
  id: z.string().min(1),
  secret: z.string().min(1),
  name: z.string().optional(),
  kind: z.enum(['oauth-app', 'github-app']).optional(),
  /** Google: clients with the same project share grants. */
  project: z.string().optional(),
  redirectUris: z.array(z.string()).optional(),
  accessTokenLifetimeS: z.number().nullable().optional(),
  rotatesRefreshTokens: z.boolean().optional(),
  reuseRevokesFamily: z.boolean().optional(),
  appScopes: z.array(z.string()).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
});

/** `PATCH /control/clients/{id}` */
export const clientChangeSchema = z.strictObject({
  accessTokenLifetimeS: z.number().nullable().optional(),
  rotatesRefreshTokens: z.boolean().optional(),
  reuseRevokesFamily: z.boolean().optional(),
  /** Google: ignore `include_granted_scopes`. */
  ignoresGrantedScopes: z.boolean().optional(),
  addRedirectUris: z.array(z.string()).optional(),
  redirectUris: z.array(z.string()).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
});

/** Selects tokens or grants; `account` is a subject, e-mail address or login. */
export const selectionSchema = z.strictObject({
  provider: provider.optional(),
  account: z.string().optional(),
  clientId: z.string().optional(),
  kind: z.enum(['access', 'refresh']).optional(),
});

/** `POST /control/sign-in`; without an account the browser is signed out. */
export const signInSchema = z.strictObject({ provider, account: z.string().nullable() });

/** `POST /control/clock` */
export const clockSchema = z.strictObject({ advanceMs: z.number() });

/** `POST /control/redirect-uris` */
export const redirectUrisSchema = z.strictObject({
  redirectUris: z.array(z.string()),
  clientId: z.string().optional(),
});

/** A client to register. */
export type NewClient = z.infer<typeof newClientSchema>;
/** A change to a client. */
export type ClientChange = z.infer<typeof clientChangeSchema>;
/** A selection of tokens or grants. */
export type Selection = z.infer<typeof selectionSchema>;

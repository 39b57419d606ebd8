import { z } from 'zod';
import type { StoredPasskey } from './passkeys.repository.js';

/** Base64url; the longest that authenticators make (an attestation with its certificates) is far below. */
const bytes = z
  .string()
  .regex(/^[\w-]+$/, 'must be base64url')
  .max(20_000);
/** Newer browsers may know more ways than those of the specification. */
const transport = z.string().max(30);

const credential = z.object({
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}),
  authenticatorAttachment: z.enum(['cross-platform', 'platform']).nullish(),
});

/** As `navigator.credentials.create` answers, in JSON (WebAuthn, section 5.1). */
export const registrationResponse = credential.extend({
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(transport).max(10).optional(),
  }),
});

/** As `navigator.credentials.get` answers, in JSON. */
export const authenticationResponse = credential.extend({
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.optional(),
  }),
});

export const passkeyName = z.string().trim().min(1).max(60).describe('As its operator calls it.');

const descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.string().array().optional(),
});

/** For `navigator.credentials.get`. */
export const requestOptionsView = z.looseObject({
  challenge: z.string(),
  rpId: z.string().optional(),
  allowCredentials: descriptor.array().optional(),
  userVerification: z.string().optional(),
  timeout: z.number().optional(),
});

/** For `navigator.credentials.create`. */
export const creationOptionsView = z.looseObject({
  challenge: z.string(),
  rp: z.object({ id: z.string().optional(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.object({ alg: z.number(), type: z.literal('public-key') }).array(),
  excludeCredentials: descriptor.array().optional(),
  timeout: z.number().optional(),
});

export const passkeyView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().optional(),
});

export type RegistrationResponse = z.output<typeof registrationResponse>;
export type AuthenticationResponse = z.output<typeof authenticationResponse>;

export function passkeyOf({ id, name, createdAt, lastUsedAt }: StoredPasskey): z.output<typeof passkeyView> {
  return { id, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() };
}

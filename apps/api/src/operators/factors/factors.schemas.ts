import { z } from 'zod';
import { authenticationResponse, passkeyView } from '../passkeys/passkeys.schemas.js';
import { PERSON_PROOFS } from './reauthentication.js';
import { FACTOR_METHODS } from './second-factors.js';

export const totpCodeInput = z
  .string()
  .regex(/^\d{6}$/, 'must be the six digits that the app shows')
  .describe('The six digits that the authenticator app shows.');

export const factorProof = z.union([
  z.strictObject({ code: totpCodeInput }),
  z.strictObject({
    recoveryCode: z.string().min(1).max(40).describe('One of the recovery codes; it works once.'),
  }),
  z.strictObject({ passkey: authenticationResponse }),
]);

export const personProof = z.union([
  ...factorProof.options,
  z.strictObject({
    password: z.string().min(1).max(1000).describe('For accounts without a second factor.'),
  }),
]);

export const factorStatusView = z.object({
  provenBy: z
    .enum(PERSON_PROOFS)
    .array()
    .describe('What proves in this session who the operator is, where something dangerous asks for it.'),
  isRequired: z.boolean().describe('Whether every operator needs a second factor here.'),
  methods: z
    .enum(FACTOR_METHODS)
    .array()
    .describe('What proves the second factor; empty where there is none.'),
  totpSince: z.iso.datetime().optional().describe('Since when the authenticator app counts.'),
  passkeys: passkeyView.array(),
  recoveryCodesLeft: z.int(),
});

export const totpView = z.object({
  secret: z.string().describe('The shared secret in Base32, shown this once, to be typed into an app.'),
  uri: z.string().describe('The same as an otpauth: address, for a QR code.'),
});

export const recoveryCodesView = z.object({
  recoveryCodes: z
    .string()
    .array()
    .describe('Each works once. They are shown this once; empty where there are some already.'),
});

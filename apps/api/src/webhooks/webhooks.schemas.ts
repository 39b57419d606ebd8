import { z } from 'zod';
import type { Webhook } from './webhooks.repository.js';
import { WEBHOOK_EVENT_TYPES } from './webhook-events.js';

const EXAMPLE_URL = 'https://app.example.com/webhooks/valetkey';

const url = z
  .string()
  .trim()
  .max(2_000)
  .describe('https; messages are posted to it.')
  .meta({ example: EXAMPLE_URL });
const description = z.string().trim().max(200);
const eventTypes = z
  .array(z.enum(WEBHOOK_EVENT_TYPES))
  .min(1)
  .max(100)
  .transform((types) => [...new Set(types)]);

export const newWebhook = z.strictObject({
  url,
  description: description.optional(),
  eventTypes: eventTypes
    .optional()
    .describe('Of which events it is told; left out: of all, also of later types.'),
});

// react-admin sends the whole record back; what cannot be changed is passed over.
export const webhookChange = z.object({
  url: url.optional(),
  description: description.nullish(),
  eventTypes: eventTypes.nullish().describe('null: of all events.'),
  disabled: z
    .boolean()
    .optional()
    .describe('A disabled endpoint gets nothing, and is told nothing of that time later.'),
});

export const rotation = z.strictObject({
  overlapHours: z
    .int()
    .min(0)
    .max(168)
    .default(24)
    .describe('How long the former secret signs too; 0 ends it at once.'),
});

const secretView = z.object({
  id: z.string(),
  publicKey: z.string().describe('whpk_ and the Ed25519 public key in base64, for signatures v1a.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional().describe('A former secret, which signs too until then.'),
});

export const webhookView = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().optional(),
  eventTypes: z.array(z.string()).optional().describe('Left out: all.'),
  disabled: z.boolean(),
  disabledAt: z.iso.datetime().optional(),
  disabledReason: z
    .enum(['operator', 'failing', 'gone'])
    .optional()
    .describe('failing: every attempt of three days failed. gone: it answered 410.'),
  failingSince: z.iso.datetime().optional().describe('Every attempt since then has failed.'),
  lastError: z.string().optional(),
  deliveredAt: z.iso.datetime().optional().describe('When it last took a message.'),
  secrets: z.array(secretView).describe('Newest first: the current one, then former ones that still sign.'),
  createdAt: z.iso.datetime(),
});

export const newWebhookView = webhookView.extend({
  secret: z
    .string()
    .describe('whsec_ and the HMAC key in base64, for signatures v1. Shown this once; it is stored sealed.'),
});

export const webhookPage = z.object({ data: z.array(webhookView), nextCursor: z.string().optional() });

export const eventTypeView = z.object({ id: z.enum(WEBHOOK_EVENT_TYPES), summary: z.string() });

export function viewWebhook(webhook: Webhook): z.output<typeof webhookView> {
  const { id, url: address, secrets, createdAt, disabledAt } = webhook;
  return {
    id,
    url: address,
    description: webhook.description ?? undefined,
    eventTypes: webhook.eventTypes.length > 0 ? [...webhook.eventTypes] : undefined,
    disabled: disabledAt !== null,
    disabledAt: disabledAt?.toISOString(),
    disabledReason: webhook.disabledReason ?? undefined,
    failingSince: webhook.failingSince?.toISOString(),
    lastError: webhook.lastError ?? undefined,
    deliveredAt: webhook.deliveredAt?.toISOString(),
    secrets: secrets.map((secret) => ({
      id: secret.id,
      publicKey: secret.publicKey,
      createdAt: secret.createdAt.toISOString(),
      expiresAt: secret.expiresAt?.toISOString(),
    })),
    createdAt: createdAt.toISOString(),
  };
}

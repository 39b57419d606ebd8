import { z } from 'zod';
import { cursorQuery } from '../platform/index.js';
import type { Delivery, DeliveryWithAttempts } from './delivery-log.repository.js';

const status = z.enum(['pending', 'succeeded', 'failed']);

export const deliveryQuery = cursorQuery.extend({
  webhookId: z.string().max(100).optional(),
  status: status.optional(),
});

export const deliveryView = z.object({
  id: z.string(),
  webhookId: z.string(),
  messageId: z.string().describe('The header webhook-id, the same at each attempt.'),
  type: z.string().meta({ example: 'task.succeeded' }),
  objectId: z.string().describe('The connection, authorization, task, agent or endpoint that it is about.'),
  userId: z.string().optional(),
  status,
  attempts: z.int().describe('Since it was written, or replayed.'),
  nextAttemptAt: z.iso
    .datetime()
    .optional()
    .describe('Not before an earlier message about the same object has ended.'),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
});

const attemptView = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  url: z.string(),
  durationMs: z.int(),
  status: z.int().optional().describe('HTTP status; absent without an answer.').meta({ example: 503 }),
  error: z.string().optional().describe('Why it failed; absent when the message was taken.'),
  answer: z.string().optional().describe('The first 2,000 characters of the answer.'),
});

export const deliveryWithAttempts = deliveryView.extend({
  body: z.string().describe('The body as it is sent and signed.'),
  log: z.array(attemptView).describe('The last 50 attempts, newest first.'),
});

export const deliveryPage = z.object({ data: z.array(deliveryView), nextCursor: z.string().optional() });

export function viewDelivery(delivery: Delivery): z.output<typeof deliveryView> {
  const { id, endpointId, messageId, type, objectId, attempts, nextAt, createdAt, endedAt } = delivery;
  const at = delivery.status as z.output<typeof status>;
  return {
    id,
    webhookId: endpointId,
    messageId,
    type,
    objectId,
    userId: delivery.userId ?? undefined,
    status: at,
    attempts,
    nextAttemptAt: at === 'pending' ? nextAt.toISOString() : undefined,
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString(),
  };
}

export function viewWithAttempts(delivery: DeliveryWithAttempts): z.output<typeof deliveryWithAttempts> {
  const log = delivery.tries.map(({ id, at, url, durationMs, status: code, error, answer }) => ({
    id,
    at: at.toISOString(),
    url,
    durationMs,
    status: code ?? undefined,
    error: error ?? undefined,
    answer: answer ?? undefined,
  }));
  return { ...viewDelivery(delivery), body: delivery.body, log };
}

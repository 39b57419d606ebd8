import type { OpenAPIObject } from '@nestjs/swagger';
import type { JsonSchema } from '@valetkey/providers';
import { WEBHOOK_EVENTS, type WebhookEvent } from '../webhooks/index.js';
import { exampleOf } from './openapi-examples.js';
import { pascal } from './openapi-operation-ids.js';
import { JSON_TYPE, jsonSchemaOf, refTo, schemasOf } from './openapi-schemas.js';

const HEADERS = {
  'webhook-id': 'The same at each attempt: a receiver that has it takes the message no second time.',
  'webhook-timestamp': 'Seconds since 1970; a receiver refuses what is older than five minutes.',
  'webhook-signature':
    'Signatures v1 (HMAC-SHA256) and v1a (Ed25519) of Standard Webhooks, parted by spaces.',
};

/** Describes each message that endpoints are sent. */
export function withWebhooks(document: OpenAPIObject): OpenAPIObject {
  const schemas = schemasOf(document);
  const webhooks: Record<string, object> = {};
  for (const [type, { summary, data }] of Object.entries(WEBHOOK_EVENTS) as [string, WebhookEvent][]) {
    const name = `${pascal(type)}Event`;
    const schema = messageSchema(type, jsonSchemaOf(data, 'output'));
    schemas[name] = schema;
    webhooks[type] = {
      post: {
        operationId: `on${pascal(type)}`,
        summary,
        tags: ['webhooks'],
        security: [],
        parameters: Object.entries(HEADERS).map(([header, description]) => {
          return { name: header, in: 'header', required: true, description, schema: { type: 'string' } };
        }),
        requestBody: {
          required: true,
          content: { [JSON_TYPE]: { schema: refTo(name), example: exampleOf(schema) } },
        },
        responses: {
          '2XX': { description: 'Taken. Everything else, a redirect too, is sent again later.' },
          '410': { description: 'Gone: the endpoint is disabled.' },
        },
      },
    };
  }
  return Object.assign(document, { webhooks });
}

function messageSchema(type: string, data: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      type: { type: 'string', enum: [type] },
      timestamp: { type: 'string', format: 'date-time', description: 'When it happened.' },
      data,
    },
    required: ['type', 'timestamp', 'data'],
  };
}

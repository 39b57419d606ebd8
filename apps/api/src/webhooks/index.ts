export { WebhooksModule } from './webhooks.module.js';
export { WEBHOOK_EVENTS, type WebhookEvent } from './webhook-events.js';

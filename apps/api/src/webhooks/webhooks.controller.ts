import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { actorOf, Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  cursorQuery,
  Documented,
  DocumentedUnder,
  pageQuery,
  sendPage,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { WEBHOOK_EVENT_TYPES, WEBHOOK_EVENTS } from './webhook-events.js';
import {
  eventTypeView,
  newWebhook,
  newWebhookView,
  rotation,
  viewWebhook,
  webhookChange,
  webhookPage,
  webhookView,
} from './webhooks.schemas.js';
import { WebhooksService } from './webhooks.service.js';

@DocumentedUnder('webhooks')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Audits('webhook.created')
  @Post(['webhooks', 'operator/webhooks'])
  @Documented({
    summary: 'Add an endpoint that is told of events',
    status: 201,
    answer: newWebhookView,
    problems: ['too_many_webhooks'],
  })
  async create(
    @Body({ schema: newWebhook }) body: z.output<typeof newWebhook>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const { webhook, secret } = await this.webhooks.create(body, { actor: actorOf(caller), trace });
    return { ...viewWebhook(webhook), secret };
  }

  @Get('webhooks')
  @Documented({ summary: 'List endpoints, newest first', answer: webhookPage })
  async list(@Query({ schema: cursorQuery }) { cursor, limit }: z.output<typeof cursorQuery>) {
    const { data, ...rest } = await this.webhooks.list(cursor, limit);
    return { data: data.map(viewWebhook), ...rest };
  }

  @Get('operator/webhooks')
  @Documented({ summary: 'List endpoints for the dashboard', answer: webhookView.array() })
  async listWebhooks(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'webhooks', page, await this.webhooks.listWebhooks(page)).map(viewWebhook);
  }

  @Get('operator/webhook-event-types')
  @Documented({
    summary: 'The types of events that an endpoint can be told of',
    answer: eventTypeView.array(),
  })
  eventTypes(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): z.output<typeof eventTypeView>[] {
    const all = WEBHOOK_EVENT_TYPES.map((id) => ({ id, summary: WEBHOOK_EVENTS[id].summary }));
    const rows = all.slice(page.skip, page.skip + page.take);
    return sendPage(reply, 'webhook-event-types', page, { rows, total: all.length });
  }

  @Get(['webhooks/:id', 'operator/webhooks/:id'])
  @Documented({ summary: 'Read one endpoint', answer: webhookView })
  async getWebhook(@Param('id') id: string) {
    return viewWebhook(await this.webhooks.getWebhook(id));
  }

  @Audits('webhook.updated')
  @Put('operator/webhooks/:id')
  @Documented({ summary: 'Change an endpoint (the same as PATCH)', answer: webhookView })
  put(
    @Param('id') id: string,
    @Body({ schema: webhookChange }) body: z.output<typeof webhookChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.update(id, body, caller, trace);
  }

  @Audits('webhook.updated')
  @Patch(['webhooks/:id', 'operator/webhooks/:id'])
  @Documented({ summary: 'Change, disable or enable an endpoint', answer: webhookView })
  async update(
    @Param('id') id: string,
    @Body({ schema: webhookChange }) body: z.output<typeof webhookChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return viewWebhook(await this.webhooks.update(id, body, { actor: actorOf(caller), trace }));
  }

  @Audits('webhook.deleted')
  @Delete(['webhooks/:id', 'operator/webhooks/:id'])
  @Documented({ summary: 'Delete an endpoint, with what was to be sent to it', status: 204 })
  delete(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return this.webhooks.delete(id, { actor: actorOf(caller), trace });
  }

  @Audits('webhook.secret_rotated')
  @Post(['webhooks/:id/secrets', 'operator/webhooks/:id/secrets'])
  @Documented({
    summary: 'Rotate the secret; for the overlap messages are signed with both',
    status: 201,
    answer: newWebhookView,
    problems: ['too_many_webhook_secrets'],
  })
  async rotate(
    @Param('id') id: string,
    @Body({ schema: rotation }) body: z.output<typeof rotation>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const by = { actor: actorOf(caller), trace };
    const { webhook, secret } = await this.webhooks.rotate(id, body.overlapHours, by);
    return { ...viewWebhook(webhook), secret };
  }
}

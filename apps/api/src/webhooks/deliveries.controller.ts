import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { actorOf, Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  pageQuery,
  sendPage,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import {
  deliveryPage,
  deliveryQuery,
  deliveryView,
  deliveryWithAttempts,
  viewDelivery,
  viewWithAttempts,
} from './deliveries.schemas.js';
import { DeliveryLog } from './delivery-log.js';

@DocumentedUnder('webhooks')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1')
export class DeliveriesController {
  constructor(private readonly log: DeliveryLog) {}

  @Get('webhook-deliveries')
  @Documented({ summary: 'List messages to endpoints, newest first', answer: deliveryPage })
  async list(@Query({ schema: deliveryQuery }) query: z.output<typeof deliveryQuery>) {
    const { cursor, limit, ...filter } = query;
    const { data, ...rest } = await this.log.list(filter, cursor, limit);
    return { data: data.map(viewDelivery), ...rest };
  }

  @Get('operator/webhook-deliveries')
  @Documented({ summary: 'List messages to endpoints for the dashboard', answer: deliveryView.array() })
  async listDeliveries(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'webhook-deliveries', page, await this.log.listDeliveries(page)).map(viewDelivery);
  }

  @Get(['webhook-deliveries/:id', 'operator/webhook-deliveries/:id'])
  @Documented({ summary: 'Read one message, its attempts and the answers', answer: deliveryWithAttempts })
  async getDelivery(@Param('id') id: string) {
    return viewWithAttempts(await this.log.getDelivery(id));
  }

  @Audits('webhook.replayed')
  @Post(['webhook-deliveries/:id/replay', 'operator/webhook-deliveries/:id/replay'])
  @Documented({
    summary: 'Send a message again, under the same id',
    status: 202,
    answer: deliveryWithAttempts,
    problems: ['webhook_is_disabled'],
  })
  async replay(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return viewWithAttempts(await this.log.replay(id, { actor: actorOf(caller), trace }));
  }

  @Audits('webhook.tested')
  @Post(['webhooks/:id/test', 'operator/webhooks/:id/test'])
  @Documented({
    summary: 'Send a test message to an endpoint, once, and answer what came of it',
    answer: deliveryWithAttempts,
  })
  async test(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return viewWithAttempts(await this.log.test(id, { actor: actorOf(caller), trace }));
  }
}

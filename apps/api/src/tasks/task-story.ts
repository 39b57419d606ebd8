import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../platform/index.js';
import { hasEnded } from './task.js';
import { viewTaskEvent } from './task.view.js';
import { TasksService } from './tasks.service.js';

const POLL_MS = 300;
const KEEP_ALIVE_MS = 15_000;
const LONGEST_MS = 30 * 60_000;

/** Streams a task's story as Server-Sent Events until the task ends or the reader leaves. */
@Injectable()
export class TaskStory {
  private stopping = false;

  constructor(private readonly tasks: TasksService) {}

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  async stream(id: string, after: bigint, caller: Caller, reply: FastifyReply): Promise<void> {
    await this.tasks.get(id, caller);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    let last = after;
    let quietMs = 0;
    for (let elapsed = 0; elapsed < LONGEST_MS && !raw.destroyed && !this.stopping; elapsed += POLL_MS) {
      const { status } = await this.tasks.get(id, caller);
      const events = await this.tasks.events(id, last, caller);
      for (const event of events) {
        raw.write(`id: ${event.seq}\nevent: status\ndata: ${JSON.stringify(viewTaskEvent(event))}\n\n`);
        last = event.seq;
      }
      if (hasEnded(status)) break;
      quietMs = events.length > 0 ? 0 : quietMs + POLL_MS;
      if (quietMs > 0 && quietMs % KEEP_ALIVE_MS < POLL_MS) raw.write(': still here\n\n');
      await sleep(POLL_MS);
    }
    raw.end();
  }
}

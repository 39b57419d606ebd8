import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Changes, OpenStreams, RequestSignals, type Caller } from '../platform/index.js';
import { hasEnded } from './task.js';
import { viewTaskEvent } from './task.view.js';
import { TasksService } from './tasks.service.js';
import { WakeUp } from './wake-up.js';

/** How often a keep-alive is sent, and how long a change without a notification stays unseen. */
const KEEP_ALIVE_MS = 15_000;
const LONGEST_MS = 30 * 60_000;

/** A reader of one task's story, and the last event sent to it. */
interface Reader {
  readonly id: string;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Streams a task's story as Server-Sent Events until the task ends, the reader disconnects, or may no longer read it.
 * All streams of a process are woken over one connection to the database; none polls by itself.
 */
@Injectable()
export class TaskStory {
  private readonly stopping = new AbortController();

  constructor(
    private readonly tasks: TasksService,
    private readonly changes: Changes,
    private readonly streams: OpenStreams,
    private readonly signals: RequestSignals,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** @throws Problem 404, 429 `rate_limited` for more streams than one caller may have open */
  async stream(reader: Reader, after: bigint): Promise<void> {
    const { id, caller, reply } = reader;
    const { raw } = reply;
    await this.tasks.getTask(id, caller);
    const leave = this.streams.enter(caller);
    try {
      reply.hijack();
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        connection: 'keep-alive',
      });
      await this.sendStory(reader, after);
    } finally {
      leave();
      raw.end();
    }
  }

  private async sendStory(reader: Reader, after: bigint): Promise<void> {
    const { raw } = reader.reply;
    const wakeUp = this.wakeUp(reader);
    const end = performance.now() + LONGEST_MS;
    let last = after;
    try {
      while (!raw.destroyed && !this.stopping.signal.aborted && performance.now() < end) {
        if (await this.signals.whyOver(reader)) return;
        // The status is read before the events: if the task has ended, all its events exist.
        const { status } = await this.tasks.getTask(reader.id, reader.caller);
        for (const event of await this.tasks.events(reader.id, last, reader.caller)) {
          raw.write(`id: ${event.seq}\nevent: status\ndata: ${JSON.stringify(viewTaskEvent(event))}\n\n`);
          last = event.seq;
        }
        if (hasEnded(status)) return;
        if (!(await wakeUp.within(KEEP_ALIVE_MS))) raw.write(': still here\n\n');
      }
    } finally {
      wakeUp.end();
    }
  }

  private wakeUp({ id, reply }: Reader): WakeUp {
    const wakeUp = new WakeUp();
    const call = () => wakeUp.call();
    wakeUp.onEnd(
      this.changes.on('valetkey_tasks', (taskId) => {
        if (taskId === undefined || taskId === id) call();
      }),
    );
    wakeUp.onEnd(this.changes.on('valetkey_authority', call));
    this.stopping.signal.addEventListener('abort', call);
    wakeUp.onEnd(() => this.stopping.signal.removeEventListener('abort', call));
    reply.raw.once('close', call);
    return wakeUp;
  }
}

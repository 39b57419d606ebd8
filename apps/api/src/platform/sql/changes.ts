import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { Log } from '../log/log.js';
import { DATABASE_URL_TOKEN } from '../prisma/prisma.service.js';

/** Channels on which triggers in the database notify all processes after a commit. */
export const CHANNELS = ['valetkey_tasks', 'valetkey_authority', 'valetkey_imports'] as const;

export type Channel = (typeof CHANNELS)[number];

/** @param what the row, where the channel names it; `undefined`: a notification may have been missed */
type Listener = (what: string | undefined) => void;

const RECONNECT_MS = 1_000;

/**
 * Receives notifications of commits by other processes, over one connection (LISTEN) for all listeners. Nothing may
 * depend on it alone: while the connection is down, and behind a pooler that does not forward notifications, none
 * arrive.
 */
@Injectable()
export class Changes implements OnModuleInit, BeforeApplicationShutdown {
  private readonly listeners = new Map<Channel, Set<Listener>>(CHANNELS.map((name) => [name, new Set()]));
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private connecting: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    @Inject(DATABASE_URL_TOKEN) private readonly databaseUrl: string,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.connecting = this.connect();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.retry);
    await this.connecting;
    await this.client?.end().catch(() => undefined);
  }

  /** @returns what ends it */
  on(channel: Channel, listener: Listener): () => void {
    this.listeners.get(channel)?.add(listener);
    return () => void this.listeners.get(channel)?.delete(listener);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    let isOver = false;
    const again = (error?: Error) => {
      if (isOver || this.isStopping) return;
      isOver = true;
      this.log.warn('changes of other processes do not arrive for now', { reason: error?.message });
      client.end().catch(() => undefined);
      this.retry = setTimeout(() => (this.connecting = this.connect()), RECONNECT_MS).unref();
    };
    client.on('error', again);
    client.on('end', () => again());
    client.on('notification', ({ channel, payload }) =>
      this.notify(channel as Channel, payload || undefined),
    );
    try {
      await client.connect();
      for (const channel of CHANNELS) await client.query(`LISTEN ${channel}`);
      this.client = client;
      for (const channel of CHANNELS) this.notify(channel, undefined);
    } catch (error) {
      again(error as Error);
    }
  }

  private notify(channel: Channel, payload: string | undefined): void {
    for (const listener of this.listeners.get(channel) ?? []) listener(payload);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../../test/kit/server.js';
import type { ChaosWorld } from './world.js';

const PAUSE_MS = 800;
const RESTART_TRIES = 20;

/** A disturbance, and how often it comes beside the others. */
interface Disturbance {
  readonly name: string;
  readonly weight: number;
  run(): Promise<void>;
}

/** Numbers from 0 to 1 that come again with the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills, restarts and has the provider fail until it is told to end; then everything runs again. */
export class Disorder {
  /** How often each disturbance came. */
  readonly counts: Record<string, number> = {};
  private readonly restarts = new Map<Server, Promise<void>>();
  private isOver = false;

  constructor(
    private readonly world: ChaosWorld,
    private readonly random: () => number,
  ) {}

  async reign(): Promise<void> {
    const disturbances = this.disturbances();
    while (!this.isOver) {
      const chosen = this.choose(disturbances);
      this.counts[chosen.name] = (this.counts[chosen.name] ?? 0) + 1;
      await chosen.run();
      await sleep(PAUSE_MS * (0.5 + this.random()));
    }
    await this.world.twin.control('DELETE', '/faults');
    await Promise.all(this.restarts.values());
  }

  end(): void {
    this.isOver = true;
  }

  private choose(disturbances: readonly Disturbance[]): Disturbance {
    let rest = this.random() * disturbances.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = disturbances.find(({ weight }) => (rest -= weight) < 0);
    if (!chosen) throw new Error('no disturbance');
    return chosen;
  }

  private disturbances(): Disturbance[] {
    const { world } = this;
    const fault = (name: string, weight: number, body: object): Disturbance => ({
      ...{ name, weight },
      run: () => world.twin.control('POST', '/faults', { provider: 'google', ...body }).then(() => undefined),
    });
    const writes = { match: { method: 'POST' } };
    return [
      { name: 'worker killed', weight: 4, run: () => this.kill(world.workers, 'SIGKILL') },
      { name: 'worker drained', weight: 1, run: () => this.kill(world.workers, 'SIGTERM') },
      { name: 'API killed', weight: 2, run: () => this.kill(world.apis, 'SIGKILL') },
      { name: 'PostgreSQL killed', weight: 1, run: () => world.postgres.crash() },
      ...(world.redis
        ? [
            { name: 'Redis killed', weight: 1, run: () => world.redis?.crash() ?? Promise.resolve() },
            { name: 'Redis emptied', weight: 1, run: async () => void world.redis?.cli('flushall') },
          ]
        : []),
      fault('answers lost', 2, { fault: 'answer_lost', times: 3, ...writes }),
      fault('connections reset', 1, { fault: 'connection_reset', times: 3 }),
      fault('late failures', 1, { fault: 'server_error', times: 3, afterEffect: true, ...writes }),
      fault('rate limits', 1, { fault: 'rate_limited', times: 10, retryAfterS: 1 }),
    ];
  }

  /** One that runs is killed, and started again meanwhile. */
  private kill(servers: readonly Server[], signal: NodeJS.Signals): Promise<void> {
    const running = servers.filter((server) => !this.restarts.has(server) && server.isRunning());
    const server = running[Math.floor(this.random() * running.length)];
    if (!server) return Promise.resolve();
    const restarting = server.kill(signal).then(() => restart(server));
    this.restarts.set(server, restarting);
    void restarting.finally(() => this.restarts.delete(server)).catch(() => undefined);
    return Promise.resolve();
  }
}

/** A start may find no database for a moment. */
async function restart(server: Server): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await server.restart();
    } catch (error) {
      if (tried === RESTART_TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

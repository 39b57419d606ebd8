import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller, TwinWorld } from '../platform/testing/index.js';
import { TaskQueue } from './task-queue.js';
import { CALENDAR, createTaskWorld, eventsNamed, newEvent, queued, storyOf } from './testing/task-world.js';

let world: TwinWorld;
let agent: Caller;
beforeAll(async () => {
  world = await createTaskWorld('all', 2);
  agent = await world.agent();
  await (await world.user('ada')).connect('google', CALENDAR.write);
});
afterAll(() => world.close());

async function until(id: string, status: string): Promise<void> {
  const patience = Date.now() + 45_000;
  for (;;) {
    const { body } = await agent.get(`/v1/tasks/${id}`);
    if (body.status === status) return;
    if (Date.now() > patience) throw new Error(`${id} is ${body.status}, not ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('two workers on one queue', () => {
  it('run each of 20 tasks once', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `task ${n}`);
    const ids = await Promise.all(names.map((name) => queued(agent, newEvent('ada', name))));
    await Promise.all(ids.map((id) => until(id, 'succeeded')));
    expect(names.map((name) => eventsNamed(world, name))).toEqual(Array(20).fill(1));
  });

  it('add the job of a task again that the queue has lost', async () => {
    const runAt = new Date(world.clock.now() + 4_000).toISOString();
    const id = await queued(agent, { ...newEvent('ada', 'lost job'), runAt });
    await world.apps[0].get(TaskQueue).remove(id);
    expect(await world.apps[0].get(TaskQueue).carried()).not.toContain(id);
    world.clock.advance(10_000);
    await until(id, 'succeeded');
    expect([await storyOf(world, id), eventsNamed(world, 'lost job')]).toEqual([
      ['scheduled', 'running', 'succeeded'],
      1,
    ]);
  });

  it('go on with a task that waited for its user, once they have connected', async () => {
    const id = await queued(agent, newEvent('late', 'late consent'));
    await until(id, 'waiting_for_authorization');
    await (await world.user('late')).connect('google', CALENDAR.write);
    await until(id, 'succeeded');
    expect(eventsNamed(world, 'late consent')).toBe(1);
  });

  it('try again by themselves after a failure that passes', async () => {
    world.twin.control.addFault({
      provider: 'google',
      fault: 'rate_limited',
      match: { path: CALENDAR.path },
      times: 1,
    });
    const id = await queued(agent, newEvent('ada', 'second try'));
    await until(id, 'succeeded');
    expect([await storyOf(world, id), eventsNamed(world, 'second try')]).toEqual([
      ['queued', 'running', 'queued', 'running', 'succeeded'],
      1,
    ]);
  });
});

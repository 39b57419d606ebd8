import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller, TwinWorld } from '../platform/testing/index.js';
import { KeptResults, type KeptResult } from '../results/index.js';
import type { Task } from './task.js';
import { TaskOutcomes } from './task-outcomes.js';
import { TasksRepository } from './tasks.repository.js';
import { CALENDAR, createTaskWorld, newEvent, queued } from './testing/task-world.js';

let world: TwinWorld;
let agent: Caller;
beforeAll(async () => {
  world = await createTaskWorld('api');
  agent = await world.agent();
  await (await world.user('ada')).connect('google', CALENDAR.write);
});
afterAll(() => world.close());

const get = async (id: string) => (await agent.get(`/v1/tasks/${id}`)).body;

describe('the output of a task', () => {
  const doneWith = async (text: string, effect: 'read' | 'write') => {
    const id = await queued(agent, newEvent('ada', `long ${effect}`));
    await world.database.query(`UPDATE tasks SET status = 'running' WHERE id = $1`, [id]);
    const task = await world.apps[0].get(TasksRepository).findTask(id);
    const { data } = (await agent.get('/v1/connections?userId=ada')).body;
    const ran = { output: { text }, connectionId: data[0].id };
    await world.apps[0].get(TaskOutcomes).done(task as Task, ran, effect, 'Done.');
    return get(id);
  };

  it('keeps an output of more than 256 KiB apart, where it can be read in parts for a day', async () => {
    const text = 'x'.repeat(300 * 1024);
    const task = await doneWith(text, 'read');
    expect([task.status, task.output, task.keptOutput.bytes]).toEqual(['succeeded', undefined, 307_211]);
    const path = `/v1/results/${task.keptOutput.id}`;
    const whole = await agent.get(path);
    expect([whole.status, whole.body.value, whole.body.taskId]).toEqual([200, { text }, task.id]);
    const part = await agent.get(`${path}?path=text&from=307190&maxBytes=1000`);
    expect(part.body).toMatchObject({ value: 'x'.repeat(10), of: 307_200, cuts: [] });
    world.clock.advance(86_400_000);
    expect((await agent.get(path)).status).toBe(404);
    expect((await get(task.id)).keptOutput).toBeUndefined();
  });

  it('is not pushed out by the results of direct calls, of which the newest 50 stay', async () => {
    const task = await doneWith('x'.repeat(300 * 1024), 'read');
    const results = world.apps[0].get(KeptResults);
    const { callerType, callerId, connectionId } = (await results.ofTask(task.id)) as KeptResult;
    const source = { userId: 'ada', callerType, callerId, connectionId, action: task.action };
    const kept = [];
    for (let n = 0; n < 52; n += 1) {
      world.clock.advance(1);
      kept.push((await results.keep(source, { n }, 3_600_000))?.id);
    }
    const status = async (id = '') => (await agent.get(`/v1/results/${id}`)).status;
    expect(await Promise.all(kept.slice(0, 3).map(status))).toEqual([404, 404, 200]);
    expect(await status(task.keptOutput.id)).toBe(200);
  });

  it('keeps no output that is too long: a read fails for it, a write has happened', async () => {
    const long = 'x'.repeat(5 * 1024 * 1024);
    const done = (effect: 'read' | 'write') => doneWith(long, effect);
    const read = await done('read');
    expect([read.status, read.error.code, read.output]).toEqual(['failed', 'output_too_large', undefined]);
    const written = await done('write');
    expect([written.status, written.error, written.output]).toEqual(['succeeded', undefined, undefined]);
  });
});

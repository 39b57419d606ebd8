import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../config/index.js';
import type { Log } from '../log/index.js';
import { Jobs, type Job } from './jobs.js';

/** Work that ends when it is told to, and how often it was begun. */
function heldWork() {
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => ends.push(resolve));
  return { work, begun: () => ends.length, end: () => ends.at(-1)?.() };
}

function jobsIn(role: 'all' | 'api' | 'worker' = 'all') {
  const told: unknown[] = [];
  const log = { error: (...all: unknown[]) => void told.push(all) } as Log;
  return { told, jobs: new Jobs({ ...loadSettings({}), role }, log) };
}

describe('a job', () => {
  it('begins no run while one is under way, and goes on when it has ended', async () => {
    const { jobs } = jobsIn();
    const held = heldWork();
    const job = jobs.every(5, 'work', held.work) as Job;
    await sleep(50);
    expect(held.begun()).toBe(1);
    expect(job.run()).toBe(job.run());
    held.end();
    await sleep(50);
    expect(held.begun()).toBe(2);
    held.end();
    await job.stop();
  });

  it('waits for the run under way when the process stops, says so to it, and begins no other', async () => {
    const { jobs } = jobsIn();
    const held = heldWork();
    const last = (jobs.every(5, 'work', held.work) as Job).run();
    let stopped = false;
    expect(jobs.isStopping).toBe(false);
    const stopping = jobs.beforeApplicationShutdown().then(() => (stopped = true));
    await sleep(30);
    expect([jobs.isStopping, stopped]).toEqual([true, false]);
    held.end();
    await Promise.all([last, stopping]);
    await sleep(30);
    expect(held.begun()).toBe(1);
  });

  it('tells of a run that failed, and goes on', async () => {
    const { jobs, told } = jobsIn();
    const error = new Error('the database is away');
    const job = jobs.every(1_000, 'work', () => Promise.reject(error)) as Job;
    await job.run();
    await job.run();
    await job.stop();
    expect(told).toEqual([
      ['work failed; it is tried again', { error }],
      ['work failed; it is tried again', { error }],
    ]);
  });

  it('is not for processes that only answer requests, unless it says so', async () => {
    const { jobs } = jobsIn('api');
    const { work } = heldWork();
    expect(jobs.every(1_000, 'work', work)).toBeUndefined();
    expect(jobs.every(1_000, 'work', work, 'each process')).toBeDefined();
    await jobs.beforeApplicationShutdown();
    expect(jobsIn('worker').jobs.every(60_000, 'work', work)).toBeDefined();
  });
});

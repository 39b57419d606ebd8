import { Closing } from '../../bench/kit/closing.js';
import { startStormWorld, storm, type StormWorld } from '../../bench/kit/storm-world.js';
import '../kit/index.js';

const started = new Closing();
let world: StormWorld;
beforeAll(async () => {
  world = await startStormWorld(started, { processes: 3 });
});
afterAll(() => started.close());

const nothingBroken = { failures: 0, torn: 0, lost: 0 };

it('asks the provider once for each of 60 expiries that 3 processes read at the same moment', async () => {
  const result = await storm(world, { expiries: 60, callersPerProcess: 32, lanes: 4, providerMs: 200 });
  expect(result).toMatchObject({ ...nothingBroken, calls: 60, reads: 60 * 3 * 8 });
});

it('asks the provider once for 200 readers of one token', async () => {
  const result = await storm(world, { expiries: 1, callersPerProcess: 67, lanes: 1, providerMs: 200 });
  expect(result).toMatchObject({ ...nothingBroken, calls: 1, reads: 201 });
});

it('waits for a provider that takes 15 s, and asks it once', async () => {
  const result = await storm(world, { expiries: 2, callersPerProcess: 20, lanes: 2, providerMs: 15_000 });
  expect(result).toMatchObject({ ...nothingBroken, calls: 2, reads: 2 * 3 * 10 });
});

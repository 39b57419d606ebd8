import type { Overview } from '../api-types';
import { attention, tasksInProgress } from './attention';

const none = {
  calls: { succeeded: 0, failed: 0, denied: 0 },
  tasks: { succeeded: 0, failed: 0, outcome_unknown: 0, canceled: 0 },
  refreshes: { succeeded: 0, failed: 0 },
};
const overview = (over: Partial<Overview>): Overview => ({
  users: 0,
  connections: { active: 0, expired: 0, inactive: 0 },
  tasks: {},
  auditEvents24h: 0,
  agents: 0,
  circuits: [],
  period: { step: 'hour', from: '', to: '', uncounted: 0 },
  activity: { total: none, points: [], connectors: [], agents: [] },
  ...over,
});

describe('what needs attention', () => {
  it('is nothing while tokens merely wait for their next refresh', () => {
    expect(attention(overview({ connections: { active: 2, expired: 3, inactive: 0 } }))).toEqual([]);
  });

  it('puts what may have happened unseen before what failed, and links to each', () => {
    const items = attention(overview({ tasks: { failed: 2, outcome_unknown: 1 } }));
    expect(items.map(({ title }) => title)).toEqual(['1 task has an unknown outcome', '2 tasks failed']);
    expect(decodeURIComponent(items[0]?.to ?? '')).toBe('/dead-letters');
  });

  it('begins with providers that do not answer', () => {
    const circuits = [{ provider: 'github', host: 'api.github.com', state: 'open' as const }];
    const [first] = attention(overview({ circuits, tasks: { failed: 1 } }));
    expect(first).toMatchObject({ title: 'github does not answer', to: '/connectors' });
    expect(first?.advice).toContain('api.github.com');
  });

  it('names connections that a user has to connect again', () => {
    const items = attention(overview({ connections: { active: 0, expired: 0, inactive: 1 } }));
    expect(items.map(({ title }) => title)).toEqual(['1 connection is inactive']);
  });
});

describe('tasks in progress', () => {
  it('counts what goes on without a person', () => {
    expect(tasksInProgress(overview({ tasks: { queued: 1, running: 2, scheduled: 4, failed: 8 } }))).toBe(7);
  });
});

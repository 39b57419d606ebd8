import { classifyByStatus } from '../core/failure.js';
import { describeProvider } from '../core/provider.js';
import { requestRules } from '../requests/request-rules.js';
import { judgeScopes, unplaced } from './narrowest-scopes.js';

const noRoutes = requestRules(
  { source: 'spec', version: '1', date: '2026-01-01', read: [], write: [], destructive: [] },
  {},
);
const acme = describeProvider({
  id: 'acme',
  displayName: 'Acme',
  summary: 'Notes.',
  connector: 'github',
  apiBaseUrl: 'https://api.acme.example',
  scopes: {
    read: { description: 'Read your notes.' },
    write: { description: 'Write your notes.', implies: ['read'] },
    all: { description: 'Do all with your notes.', implies: ['write'] },
  },
}).with({ actions: [], classifyFailure: classifyByStatus, requests: noRoutes });
const action = (...scopes: string[]) => ({ name: 'notes.list', scopes });
const own = { read: ['read.own'] };

describe('the narrowest scope', () => {
  it('is no wider than what the description takes, over all levels', () => {
    expect(judgeScopes(acme, action('all'), [['all', 'write', 'read']], {}).complaints).toEqual([
      'write would do instead of all',
      'read would do instead of all',
    ]);
    expect(judgeScopes(acme, action('read'), [['all', 'read']], {}).complaints).toEqual([]);
  });

  it('has to do for every request that needs it', () => {
    const accepted = [['write', 'read'], ['write']];
    expect(judgeScopes(acme, action('write'), accepted, {}).complaints).toEqual([]);
  });

  it('is looked for among scopes that are not declared, unless it is said why it cannot do', () => {
    const accepted = [['read', 'read.own']];
    expect(judgeScopes(acme, action('read'), accepted, { includes: own }).complaints).toEqual([
      'read.own would do instead of read',
    ]);
    const exception = { scope: 'read.own', because: 'notes of others are read as well' };
    const excused = judgeScopes(acme, action('read'), accepted, { includes: own, tooNarrow: [exception] });
    expect(excused).toEqual({ complaints: [], used: [exception] });
    const other = { ...exception, actions: ['notes.get'] };
    const facts = { includes: own, tooNarrow: [other] };
    expect(judgeScopes(acme, action('read'), accepted, facts).complaints).toHaveLength(1);
  });

  it('is asked for only where it is needed', () => {
    const accepted = [['read', 'write']];
    expect(judgeScopes(acme, action('read', 'all'), accepted, {}).complaints).toEqual([
      'all is asked for and not needed',
    ]);
  });

  it('is one of scopes that all have their place', () => {
    const described = ['read', 'write', 'all', 'read.own', 'admin'];
    expect(unplaced(acme, described, { includes: own })).toEqual(['admin']);
    expect(unplaced(acme, described, { includes: own, unrelated: ['admin'] })).toEqual([]);
  });
});

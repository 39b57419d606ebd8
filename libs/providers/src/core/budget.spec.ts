import { describe, expect, it } from '@jest/globals';
import { providers } from '../registry.js';
import { unitsOf } from './budget.js';

const cost = (provider: string, budget: string, method: string, path: string) => {
  const found = providers.find(({ id }) => id === provider)?.budgets?.find(({ name }) => name === budget);
  return found && unitsOf(found, method, path);
};
const MAIL = '/gmail/v1/users/me';

describe('what a request costs by the provider’s tables', () => {
  it.each([
    ['gmail', 'quota units', 'POST', `${MAIL}/messages/send`, 100],
    ['gmail', 'quota units', 'POST', `${MAIL}/drafts/send`, 100],
    ['gmail', 'quota units', 'POST', `${MAIL}/drafts`, 10],
    ['gmail', 'quota units', 'PUT', `${MAIL}/drafts/r1`, 15],
    ['gmail', 'quota units', 'GET', `${MAIL}/drafts/r1`, 5],
    ['gmail', 'quota units', 'GET', `${MAIL}/messages`, 5],
    ['gmail', 'quota units', 'GET', `${MAIL}/messages/1/attachments/2`, 5],
    ['gmail', 'quota units', 'POST', `${MAIL}/messages/1/modify`, 5],
    ['gmail', 'quota units', 'POST', `${MAIL}/messages/batchModify`, 50],
    ['gmail', 'quota units', 'GET', `${MAIL}/threads/1`, 10],
    ['gmail', 'quota units', 'GET', `${MAIL}/history`, 2],
    ['gmail', 'quota units', 'GET', `${MAIL}/labels`, 1],
    ['gmail', 'quota units', 'POST', `${MAIL}/labels`, 5],
    ['google-calendar', 'requests', 'GET', '/calendar/v3/calendars/primary/events', 1],
    ['github', 'points', 'GET', '/user/repos', 1],
    ['github', 'points', 'PATCH', '/repos/a/b/issues/1', 5],
    ['github', 'content', 'POST', '/repos/a/b/issues/1/comments', 1],
    ['github', 'content an hour', 'POST', '/repos/a/b/issues/1/comments', 1],
    ['github', 'requests', 'GET', '/user/repos', 1],
    ['github', 'requests', 'GET', '/search/issues', 0],
    ['github', 'requests', 'POST', '/graphql', 0],
    ['github', 'graphql', 'POST', '/graphql', 1],
    ['github', 'searches', 'GET', '/search/issues', 1],
    ['github', 'searches', 'GET', '/search/code', 0],
    ['github', 'code searches', 'GET', '/search/code', 1],
    ['github', 'searches', 'GET', '/repos/a/search/issues', 0],
    ['github', 'requests', 'GET', '/repos/a/search/issues', 1],
    ['github', 'content', 'GET', '/repos/a/b/issues', 0],
    ['github', 'content', 'POST', '/repos/a/b/issues/1/labels', 0],
  ])('%s, %s: %s %s is %i', (provider, budget, method, path, units) => {
    expect(cost(provider, budget, method, path)).toBe(units);
  });
});

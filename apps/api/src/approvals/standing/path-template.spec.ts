import { describe, expect, it } from '@jest/globals';
import { isPathTemplate, queryWithin } from './path-template.js';

const TEMPLATE = '/repos/acme/site/issues/{number}/comments';

describe('a path template', () => {
  it.each(['/repos/acme/{repo}/issues', TEMPLATE, '/calendars/primary/events'])('can be %s', (template) => {
    expect(isPathTemplate(template)).toBe(true);
  });

  it.each([
    '',
    '/',
    '/{everything}',
    '/{a}/{b}',
    'repos/{name}',
    '/repos//{name}',
    '/repos/{name',
    '/repos/v{version}',
    '/repos/{a}{b}',
    '/repos/{name}?per_page=1',
    '/repos/{name}#top',
    '/repos/\\{name}',
    `/repos/${'x'.repeat(500)}`,
  ])('cannot be %j', (template) => {
    expect(isPathTemplate(template)).toBe(false);
  });

  it.each(['/repos/acme/site/issues/7/comments', '/repos/acme/site/issues/a%20b/comments'])(
    'stands for %s',
    (target) => {
      expect(queryWithin(target, TEMPLATE)).toBe('');
    },
  );

  it('keeps the query, which is fixed', () => {
    expect(queryWithin('/repos/acme/site/issues/7/comments?a=1', TEMPLATE)).toBe('?a=1');
  });

  it.each([
    ['another repository', '/repos/acme/other/issues/7/comments'],
    ['a longer path', '/repos/acme/site/issues/7/comments/1'],
    ['a shorter path', '/repos/acme/site/issues/7'],
    ['a slash in disguise', '/repos/acme/site/issues/7%2F8/comments'],
    ['a slash in a double disguise', '/repos/acme/site/issues/7%252F8/comments'],
    ['a backslash in disguise', '/repos/acme/site/issues/7%5C8/comments'],
    ['the parent', '/repos/acme/site/issues/../comments'],
    ['the parent in disguise', '/repos/acme/site/issues/%2e%2e/comments'],
    ['an empty segment', '/repos/acme/site/issues//comments'],
    ['a verb after a colon', '/repos/acme/site/issues/7:batchDelete/comments'],
    ['a colon in disguise', '/repos/acme/site/issues/7%3AbatchDelete/comments'],
    ['a parameter of the segment', '/repos/acme/site/issues/7;x=1/comments'],
    ['a query that hides the rest', '/repos/acme/site/issues/7?/comments'],
    ['a fragment', '/repos/acme/site/issues/7%23/comments'],
    ['a control character', '/repos/acme/site/issues/7%0a/comments'],
    ['a broken escape', '/repos/acme/site/issues/%zz/comments'],
    ['the template itself', TEMPLATE],
    ['another case', '/repos/acme/Site/issues/7/comments'],
  ])('does not stand for %s', (_, target) => {
    expect(queryWithin(target, TEMPLATE)).toBeUndefined();
  });
});

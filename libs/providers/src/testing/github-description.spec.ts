import { githubJudge } from './github-description.js';

const judge = githubJudge();
const request = (method: string, path: string, query = '', body?: object) => ({
  method,
  path,
  query: new URLSearchParams(query),
  headers: {},
  rawBody: '',
  body,
});
const repo = '/repos/octocat/hello-world';

describe("GitHub's own description", () => {
  it.each([
    request('GET', `${repo}/issues`, 'state=all&sort=created&per_page=100&page=2'),
    request('POST', `${repo}/issues`, '', { title: 'x', labels: ['bug'] }),
    request('GET', `${repo}/contents/docs/a/b.md`, 'ref=main'),
    request('GET', `${repo}/releases/latest`),
    request('PUT', `${repo}/pulls/1/merge`, '', { sha: 'x', merge_method: 'squash' }),
  ])('knows $method $path', (known) => {
    expect(judge.complaints(known, [])).toEqual([]);
  });

  it.each([
    [request('GET', `${repo}/issuez`), 'GET /repos/octocat/hello-world/issuez is no operation of this API'],
    [request('PUT', `${repo}/issues`), 'PUT /repos/octocat/hello-world/issues is no operation of this API'],
    [request('GET', `${repo}/issues`, 'limit=3'), 'issues/list-for-repo: limit is not described'],
    [request('GET', `${repo}/issues`, 'state=odd'), 'issues/list-for-repo: state is none of open closed all'],
    [request('GET', '/search/issues'), 'search/issues-and-pull-requests: q is required'],
    [
      request('POST', `${repo}/issues`, '', { title: 'x', effect: 'y' }),
      'issues/create: effect is not described',
    ],
    [request('POST', `${repo}/releases`, '', { name: 'x' }), 'repos/create-release: tag_name is required'],
    [
      request('PUT', `${repo}/pulls/1/merge`, '', { merge_method: 'force' }),
      'pulls/merge: merge_method is none of merge squash rebase',
    ],
  ])('complains about %j', (wrong, complaint) => {
    expect(judge.complaints(wrong, [])).toEqual([complaint]);
  });
});

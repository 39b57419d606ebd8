import type { Problem, TaskData } from './api-types.js';
import { AuthorizationError, ProblemError, problemError, TaskError, ValetkeyError } from './errors.js';

const problem = (members: object): Problem => ({
  type: 'urn:valetkey:problem:rate_limited',
  title: 'Rate limited',
  status: 429,
  detail: 'This agent sends more than 100 requests a second.',
  code: 'rate_limited',
  instance: 'req_1',
  ...members,
});

describe('a problem as an error', () => {
  it('carries the code, the words and the members of the server', () => {
    const error = problemError(
      problem({ retryable: true, retryAfterMs: 1_500, missingScopes: ['repo'], policies: ['No mail'] }),
    );
    expect(error).toBeInstanceOf(ValetkeyError);
    expect(error).not.toBeInstanceOf(AuthorizationError);
    expect(error).toMatchObject({
      name: 'ProblemError',
      code: 'rate_limited',
      message: 'This agent sends more than 100 requests a second.',
      status: 429,
      requestId: 'req_1',
      isRetryable: true,
      retryAfterMs: 1_500,
      missingScopes: ['repo'],
      problem: { policies: ['No mail'] },
    });
  });

  it('waits as long as the header says, which is what a proxy in between changes', () => {
    expect(problemError(problem({ retryAfterMs: 1_500 }), 3_000).retryAfterMs).toBe(3_000);
    expect(
      problemError(problem({ retryAfterMs: 'soon', missingScopes: 'repo', retryable: 'no' })),
    ).toMatchObject({ retryAfterMs: undefined, missingScopes: [], isRetryable: false });
  });

  it('is an AuthorizationError where a link helps', () => {
    const members = {
      code: 'insufficient_scope',
      missingScopes: ['repo'],
      connectionId: 'con_1',
      authorizationId: 'aut_1',
      authorizationUri: 'https://valetkey.example/connect/aut_1',
    };
    expect(problemError(problem(members))).toMatchObject({ name: 'AuthorizationError', ...members });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//attacker.example', '', 7])(
    'takes %j for no link that a user could be sent to',
    (authorizationUri) => {
      const error = problemError(problem({ authorizationId: 'aut_1', authorizationUri }));
      expect(error).toBeInstanceOf(ProblemError);
      expect(error).not.toBeInstanceOf(AuthorizationError);
    },
  );
});

it('tells why a task ended', () => {
  const task = { id: 'tsk_1', status: 'failed' } as TaskData;
  const error = { code: 'approval_denied', detail: 'Not on a Friday.' };
  expect(new TaskError({ ...task, error })).toMatchObject({
    code: 'approval_denied',
    message: 'Not on a Friday.',
  });
  expect(new TaskError({ ...task, status: 'canceled' })).toMatchObject({
    code: 'canceled',
    message: 'The task tsk_1 ended as canceled.',
  });
});

import { countWords, replayedWords } from './replay-words';

describe('what a replay is about', () => {
  it.each([
    [{ tasks: 37, users: 12 }, '37 tasks of 12 users'],
    [{ tasks: 1, users: 1 }, '1 task of 1 user'],
    [{ tasks: 12_345, users: 2 }, '12,345 tasks of 2 users'],
  ])('is said in words: %j', (count, words) => expect(countWords(count)).toBe(words));
});

describe('what a replay has done', () => {
  const asOf = '2026-11-30T12:00:00.000Z';

  it('is summed over its batches', () => {
    expect(
      replayedWords([
        { asOf, retried: ['a', 'b'], refused: [] },
        { asOf, retried: ['c'], refused: [] },
      ]),
    ).toBe('3 tasks are queued again.');
  });

  it('names each reason of a refusal once', () => {
    const refused = ['x', 'y'].map((taskId) => ({ taskId, code: 'task_not_retryable' }));
    expect(replayedWords([{ asOf, retried: ['a'], refused }])).toBe(
      '1 task is queued again. 2 were refused: task_not_retryable.',
    );
  });
});

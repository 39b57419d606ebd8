import { describe, expect, it } from '@jest/globals';
import { choicesOf, pagesNamed } from './hits';

describe('what was found', () => {
  it('stands under its kind, in one order, and leads to its page', () => {
    expect(
      choicesOf([
        { kind: 'action', id: 'gmail.messages.send', name: 'Send an e-mail', detail: 'write' },
        { kind: 'task', id: 'tsk_1', name: 'gmail.messages.send', detail: 'failed · ada' },
        { kind: 'user', id: 'a/b' },
        { kind: 'connection', id: 'con_1', name: 'Ada', detail: 'Google · ada' },
      ]),
    ).toEqual([
      { group: 'Users', name: 'a/b', detail: '', path: '/users/a%2Fb/show' },
      { group: 'Connections', name: 'Ada', detail: 'Google · ada', path: '/connections/con_1/show' },
      {
        group: 'Tasks',
        name: 'gmail.messages.send',
        detail: 'tsk_1 · failed · ada',
        path: '/tasks/tsk_1/show',
      },
      {
        group: 'Actions',
        name: 'Send an e-mail',
        detail: 'gmail.messages.send · write',
        path: '/audit-events?filter=%7B%22action%22%3A%22gmail.messages.send%22%7D',
      },
    ]);
  });
});

describe('pages', () => {
  const pages = ['Dead letters', 'Users', 'My account'].map((name) => ({ group: 'Pages', name, path: name }));
  it.each([
    ['LET', ['Dead letters']],
    ['my acc', ['My account']],
    ['sers', []],
    ['', ['Dead letters', 'Users', 'My account']],
  ])('are found by the beginning of a word: %s', (text, names) => {
    expect(pagesNamed(pages, text).map(({ name }) => name)).toEqual(names);
  });
});

import { describe, expect, it } from '@jest/globals';
import { readSearchText } from './search-text.js';

describe('a text that is searched for', () => {
  it.each([
    ['Ada Lovelace', `'Ada':* & 'Lovelace':*`],
    ['ada@acme.example', `'ada':* & 'acme':* & 'example':*`],
    ["O'Brien", `'O':* & 'Brien':*`],
    ['日本', `'日本':*`],
    ["a' | !b:* & \\'", `'a':* & 'b':*`],
    ['%_/\\', ''],
  ])('asks for the beginnings of its words: %s', (typed, words) => {
    expect(readSearchText(typed).words).toBe(words);
  });

  it('asks for a few words only', () => {
    expect(readSearchText('a '.repeat(50)).words.split('&')).toHaveLength(8);
  });

  it.each([
    [' TSK_01KBX ', 'tsk_01kbx'],
    ['tsk_01', undefined],
    ['tasks', undefined],
    ['tsk_01k bx', undefined],
    ['tsk_01k%', undefined],
  ])('is known as the beginning of an id: %s', (typed, idBeginning) => {
    expect(readSearchText(typed).idBeginning).toBe(idBeginning);
  });
});

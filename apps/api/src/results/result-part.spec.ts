import { partOf, type ResultPart, type WantedPart } from './result-part.js';
import { projected } from './projection.js';

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** All parts of a list or text, one after the other. */
function allParts(whole: unknown, wanted: Omit<WantedPart, 'from'>): ResultPart[] {
  const parts: ResultPart[] = [];
  for (let from: number | undefined = 0; from !== undefined; from = parts.at(-1)?.next) {
    const part = partOf(whole, { ...wanted, from });
    if (!part) throw new Error(`nothing from ${from}`);
    parts.push(part);
  }
  return parts;
}

describe('a part of a result', () => {
  const letters = {
    total: 3,
    'odd.name': 1,
    messages: Array.from({ length: 40 }, (_, at) => ({
      id: at,
      body: 'é'.repeat(100),
      from: { name: 'Ada' },
    })),
  };

  it.each([
    ['', letters],
    ['total', 3],
    ['messages[3].id', 3],
    ['messages[39].from.name', 'Ada'],
    ['messages[3]', letters.messages[3]],
  ])('is found at %j', (path, value) => {
    expect(partOf(letters, { path, bytes: 1_000_000 })?.value).toEqual(value);
  });

  it.each([
    'no',
    'messages.id',
    'messages[40]',
    'messages[-1]',
    'messages[]',
    'total.x',
    'messages[3',
    'messages[3]id',
    '.total',
    'total.',
    'total[0]',
    '__proto__',
    'constructor.name',
    'messages.length',
    'odd.name',
    '[0]',
    ' ',
  ])('is not found at %j', (path) => {
    expect(partOf(letters, { path, bytes: 1_000 })).toBeUndefined();
  });

  it('of a list ends at a whole item, and the parts are the whole', () => {
    const parts = allParts(letters, { path: 'messages', bytes: 2_000 });
    for (const { value, of } of parts) {
      expect(sizeOf(value)).toBeLessThanOrEqual(2_000);
      expect(of).toBe(40);
    }
    expect(parts.flatMap(({ value }) => value)).toEqual(letters.messages);
  });

  it.each([
    ['ASCII', 'abcdefghij'.repeat(1_000)],
    ['two bytes', 'é'.repeat(5_000)],
    ['pairs', '🙂'.repeat(3_000)],
    ['escapes', '\u0000"\\\n'.repeat(2_000)],
    ['one character, then pairs', `a${'🙂'.repeat(3_000)}`],
  ])('of a text of %s is a text, and the parts are the whole', (_, text) => {
    const parts = allParts({ text }, { path: 'text', bytes: 1_000 });
    for (const { value } of parts) {
      expect(sizeOf(value)).toBeLessThanOrEqual(1_000);
      expect((value as string).isWellFormed()).toBe(true);
    }
    expect(parts.map(({ value }) => value).join('')).toBe(text);
  });

  it('from behind the end is empty', () => {
    expect(partOf([1, 2], { from: 9, bytes: 1_000 })).toEqual({ value: [], of: 2, cuts: [] });
    expect(partOf('ab', { from: 9, bytes: 1_000 })).toEqual({ value: '', of: 2, cuts: [] });
  });

  it('names what it had to cut inside one item that is too long alone', () => {
    const part = partOf([{ id: 1, body: 'x'.repeat(5_000) }, { id: 2 }], { bytes: 1_000 });
    expect(part).toMatchObject({ of: 2, next: 1 });
    expect(part?.cuts).toEqual([
      expect.stringMatching(/^items\[0\]\.body: the first \d+ of 5000 characters$/),
    ]);
  });
});

describe('a projection', () => {
  const page = {
    next: 'x',
    items: [
      { id: 1, from: { name: 'Ada', mail: 'a@b.c' } },
      { id: 2, from: null },
    ],
  };

  it.each<[string[], unknown]>([
    [['next'], { next: 'x' }],
    [['items.id'], { items: [{ id: 1 }, { id: 2 }] }],
    [
      ['items.id', 'items.from.name'],
      {
        items: [
          { id: 1, from: { name: 'Ada' } },
          { id: 2, from: null },
        ],
      },
    ],
    [['items', 'items.id'], { items: page.items }],
    [['items.id', 'items'], { items: page.items }],
    [['nothing', 'next.more'], { next: 'x' }],
    [['__proto__', 'constructor'], {}],
  ])('to %j', (fields, expected) => {
    expect(projected(page, fields)).toEqual(expected);
  });
});

import fc from 'fast-check';
import { contentRange, keptBytes, parseContentRange } from './byte-ranges.js';

const piece = fc
  .tuple(fc.nat({ max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 30 }), fc.nat({ max: 2 ** 40 }))
  .map(([start, length, rest]) => ({ start, length, size: start + length + rest }));

describe('byte ranges', () => {
  it('reads every range that it writes', () => {
    fc.assert(
      fc.property(piece, ({ start, length, size }) => {
        const range = { first: start, last: start + length - 1, size };
        expect(parseContentRange(contentRange(start, length, size))).toEqual(range);
      }),
    );
  });

  it('never throws, and never gives a range that lies outside the file', () => {
    const near = fc.stringMatching(/^bytes [0-9]{0,18}-[0-9]{0,18}\/([0-9]{0,18}|\*)$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const range = parseContentRange(text);
        if (!range) return;
        expect(range.first).toBeLessThanOrEqual(range.last);
        if (range.size !== undefined) expect(range.last).toBeLessThan(range.size);
      }),
    );
  });

  it('reads how much an upload has kept, from the first byte on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 49 }), (kept) => {
        expect(keptBytes(`bytes=0-${kept - 1}`)).toBe(kept);
        expect(keptBytes(`bytes=1-${kept}`)).toBeUndefined();
      }),
    );
    expect([keptBytes(undefined), keptBytes('')]).toEqual([0, 0]);
  });

  it('takes any other text for no range', () => {
    const near = fc.stringMatching(/^bytes[= ]0?-?[0-9]{0,20},?[0-9-]{0,4}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1 }), near), (text) => {
        const kept = keptBytes(text);
        const isRange = text.trim() === '' || /^bytes[= ]0-\d{1,15}$/i.test(text.trim());
        expect(kept !== undefined).toBe(isRange);
        expect(Number.isSafeInteger(kept ?? 0)).toBe(true);
      }),
    );
  });
});

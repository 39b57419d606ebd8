import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundOutput } from './bounded-output.js';

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('an output that is too long', () => {
  it('is left as it is as long as it fits', () => {
    const value = { events: [{ id: 'a' }], nextPageToken: 'b' };
    expect(boundOutput(value, sizeOf(value))).toEqual({ value, cuts: [] });
  });

  it('is left as it is where it just fits, whatever JSON it is', () => {
    const members = fc.record({ any: fc.jsonValue(), maybe: fc.option(fc.jsonValue(), { nil: undefined }) });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), members, fc.array(members)), (value) => {
        expect(boundOutput(value, sizeOf(value))).toEqual({ value, cuts: [] });
      }),
    );
  });

  it('is cut at the bottom of sixty levels as well', () => {
    let value: object = { text: 'x'.repeat(100_000), id: 'deep' };
    for (let level = 0; level < 60; level += 1) value = { in: value, level };
    const { value: kept, cuts } = boundOutput(value, 5_000);
    expect(sizeOf(kept)).toBeLessThanOrEqual(5_000);
    expect(JSON.stringify(kept)).toContain('"id":"deep"');
    expect(cuts).toEqual([expect.stringMatching(/^(in\.){60}text: the first \d+ of 100000 characters$/)]);
  });

  it('ends its list at a whole item and keeps the members beside it', () => {
    const events = Array.from({ length: 50 }, (_, index) => ({ id: `event-${index}`, text: 'x'.repeat(80) }));
    const { value, cuts } = boundOutput({ events, nextPageToken: 'go-on' }, 1_000);
    const { events: kept, nextPageToken } = value as { events: object[]; nextPageToken: string };
    expect(nextPageToken).toBe('go-on');
    expect(kept.length).toBeGreaterThan(5);
    expect(kept).toEqual(events.slice(0, kept.length));
    expect(cuts).toEqual([`events: the first ${kept.length} of 50`]);
  });

  it('cuts a long text where a character ends, also one that JSON has to escape', () => {
    const { value, cuts } = boundOutput({ body: 'ü\n😀'.repeat(1_000), id: 'm1' }, 500);
    const { body, id } = value as { body: string; id: string };
    expect(id).toBe('m1');
    expect(body).toMatch(/^(ü\n😀)+(ü\n?)?…$/u);
    expect(cuts).toEqual([expect.stringMatching(/^body: the first \d+ of 4000 characters$/)]);
  });

  it('shows a part of the first item rather than an empty list', () => {
    const { value } = boundOutput({ messages: [{ id: 'm1', body: 'x'.repeat(5_000) }] }, 1_000);
    const [first] = (value as { messages: { id: string; body: string }[] }).messages;
    expect(first?.id).toBe('m1');
    expect(first?.body.length).toBeGreaterThan(500);
  });

  it('is never longer than the budget, for any JSON with few members', () => {
    const leaf = fc.oneof(fc.string({ maxLength: 3_000, unit: 'grapheme' }), fc.integer(), fc.constant(null));
    const list = fc.array(fc.record({ id: fc.string({ maxLength: 10 }), body: leaf }), { maxLength: 60 });
    const output = fc.record({ items: list, text: leaf, nested: fc.record({ items: list }) });
    fc.assert(
      fc.property(output, (value) => sizeOf(boundOutput(value, 2_000).value) <= 2_000),
      { numRuns: 100 },
    );
  });
});

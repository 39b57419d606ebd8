import fc from 'fast-check';
import { z } from 'zod';
import { contentBytes, contentMembers, MAX_CONTENT_BYTES, oneContent, pieceOf } from './file-content.js';

const content = z.strictObject(contentMembers).superRefine(oneContent);

/** Reads a file piece by piece, as a caller would. */
function readThrough(file: Buffer, maxBytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const bytes = file.subarray(offset, offset + maxBytes);
    const piece = pieceOf(bytes, { offset, size: file.length, encoding: 'auto' });
    pieces.push(Buffer.from(piece.content, piece.encoding === 'text' ? 'utf8' : 'base64'));
    offset = piece.nextOffset;
  }
  return Buffer.concat(pieces);
}

describe('content that comes in', () => {
  it('is the same bytes, given as text or as base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        const base64 = Buffer.from(bytes).toString('base64');
        expect(contentBytes(content.parse({ base64 }))).toEqual(Buffer.from(bytes));
        expect(contentBytes(content.parse({ text })).toString('utf8')).toBe(text);
      }),
    );
  });

  it.each([
    {},
    { text: 'a', base64: 'YQ==' },
    { base64: 'YQ' },
    { base64: 'Y!==' },
    { base64: 'YW=J' },
    { base64: 'YQ-_' },
  ])('is refused as %j', (input) => {
    expect(content.safeParse(input).success).toBe(false);
  });

  it('is counted in bytes, not in characters', () => {
    const half = MAX_CONTENT_BYTES / 2;
    expect(content.safeParse({ text: 'ü'.repeat(half) }).success).toBe(true);
    expect(content.safeParse({ text: 'ü'.repeat(half + 1) }).success).toBe(false);
    expect(content.safeParse({ base64: Buffer.alloc(MAX_CONTENT_BYTES).toString('base64') }).success).toBe(
      true,
    );
    expect(
      content.safeParse({ base64: Buffer.alloc(MAX_CONTENT_BYTES + 1).toString('base64') }).success,
    ).toBe(false);
  });
});

describe('a file that goes out in pieces', () => {
  it('is the same file once they are put together, however they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 4, max: 50 }), (bytes, maxBytes) => {
        expect(readThrough(Buffer.from(bytes), maxBytes)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('is text in every piece when it is text, wherever a character is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 20 }), (text, maxBytes) => {
        const file = Buffer.from(text.replaceAll('\0', '') || 'x', 'utf8');
        const first = pieceOf(file.subarray(0, maxBytes), { offset: 0, size: file.length, encoding: 'auto' });
        expect(first.encoding).toBe('text');
        expect(readThrough(file, maxBytes)).toEqual(file);
      }),
    );
  });

  it('is base64 when it holds a NUL, which databases refuse in text', () => {
    const options = { offset: 0, size: 3, encoding: 'auto' as const };
    expect(pieceOf(Buffer.from('a\0b'), options)).toMatchObject({ encoding: 'base64', content: 'YQBi' });
  });
});

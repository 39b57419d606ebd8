import { z } from 'zod';

const header = z.object({ name: z.string(), value: z.string() });

/** A node of Gmail's parsed MIME tree. What lies below is looked at one level at a time, so that depth cannot hurt. */
const partSchema = z.object({
  partId: z.string().optional().catch(undefined),
  mimeType: z
    .string()
    .default('text/plain')
    .catch('text/plain')
    .transform((type) => type.trim().toLowerCase()),
  filename: z.string().default('').catch(''),
  headers: z.array(header).default([]).catch([]),
  body: z
    .object({
      size: z.number().default(0),
      data: z.string().optional(),
      attachmentId: z.string().optional(),
      isCut: z.boolean().optional(),
    })
    .default({ size: 0 })
    .catch({ size: 0 }),
  parts: z.array(z.unknown()).default([]).catch([]),
});

export type Part = z.output<typeof partSchema>;

/** One piece of the letter: the same said in plain text, in HTML, or in both. */
export interface Passage {
  readonly plain: readonly Part[];
  readonly html: readonly Part[];
}

/** A message taken apart. */
export interface Contents {
  /** The letter, in order. */
  readonly passages: readonly Passage[];
  readonly attachments: readonly Part[];
  /** There is more than is looked at. */
  readonly isCut: boolean;
}

/** Deeper trees and longer lists are no letters. */
const MOST_LEVELS = 50;
const MOST_PARTS = 500;

const PLAIN = ['text/plain', 'text/markdown'];
const LETTER = [...PLAIN, 'text/html'];
/** Further ways to say the same, which only some mail programs show. */
const VARIANTS = ['text/x-amp-html', 'text/watch-html', 'text/enriched', 'text/richtext'];

/** First value of a header, by name without regard to case. */
export const headerOf = (part: Pick<Part, 'headers'> | undefined, wanted: string): string | undefined =>
  part?.headers.find(({ name }) => name.toLowerCase() === wanted)?.value;

const isMeantAsFile = (part: Part): boolean =>
  /^\s*attachment\b/i.test(headerOf(part, 'content-disposition') ?? '');

const isLetter = (part: Part): boolean =>
  LETTER.includes(part.mimeType) && part.filename === '' && !isMeantAsFile(part);

const isMultipart = ({ mimeType }: Part): boolean => mimeType.startsWith('multipart/');

const passageOf = (part: Part): Passage =>
  PLAIN.includes(part.mimeType) ? { plain: [part], html: [] } : { plain: [], html: [part] };

class Walk {
  readonly attachments: Part[] = [];
  isCut = false;
  #seen = 0;

  /** The passages of this part. A message inside a message is a file. */
  passages(payload: unknown, level = 0): Passage[] {
    if (level > MOST_LEVELS || ++this.#seen > MOST_PARTS) {
      this.isCut = true;
      return [];
    }
    const part = partSchema.safeParse(payload).data;
    if (!part) return [];
    if (!isMultipart(part)) return this.#leaf(part);
    if (part.parts.length > MOST_PARTS) this.isCut = true;
    const inside = part.parts.slice(0, MOST_PARTS).flatMap((below) => this.passages(below, level + 1));
    if (part.mimeType !== 'multipart/alternative' || inside.length === 0) return inside;
    return [{ plain: inside.flatMap(({ plain }) => plain), html: inside.flatMap(({ html }) => html) }];
  }

  #leaf(part: Part): Passage[] {
    if (isLetter(part)) return [passageOf(part)];
    if (!VARIANTS.includes(part.mimeType) || part.filename !== '') this.attachments.push(part);
    return [];
  }
}

/** Takes a message apart; the letter of one whose only texts bear a name is the named ones that are shown inline. */
export function contentsOf(payload: unknown): Contents {
  const walk = new Walk();
  const passages = walk.passages(payload);
  const named = walk.attachments.filter((part) => LETTER.includes(part.mimeType) && !isMeantAsFile(part));
  return {
    passages: passages.length > 0 ? passages : named.map(passageOf),
    attachments: walk.attachments,
    isCut: walk.isCut,
  };
}

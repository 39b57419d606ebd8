import { convert } from 'html-to-text';
import { z } from 'zod';

const header = z.object({ name: z.string(), value: z.string() });

/** A node of Gmail's parsed MIME tree. What lies below is looked at one level at a time, so that depth cannot hurt. */
const partSchema = z.object({
  partId: z.string().optional().catch(undefined),
  mimeType: z.string().default('text/plain').catch('text/plain'),
  filename: z.string().default('').catch(''),
  headers: z.array(header).default([]).catch([]),
  body: z
    .object({
      size: z.number().default(0),
      data: z.string().optional(),
      attachmentId: z.string().optional(),
    })
    .default({ size: 0 })
    .catch({ size: 0 }),
  parts: z.array(z.unknown()).default([]).catch([]),
});

export type Part = z.output<typeof partSchema>;

/** Deeper trees are no letters. */
const MOST_LEVELS = 30;
const MOST_PARTS = 500;

/** All leaves of the tree, in order. A message inside a message is one leaf. */
export function leavesOf(payload: unknown, level = 0): Part[] {
  const part = partSchema.safeParse(payload).data;
  if (!part || level > MOST_LEVELS) return [];
  if (part.parts.length === 0 || !part.mimeType.startsWith('multipart/')) return [part];
  return part.parts
    .slice(0, MOST_PARTS)
    .flatMap((below) => leavesOf(below, level + 1))
    .slice(0, MOST_PARTS);
}

/** First value of a header, by name without regard to case. */
export const headerOf = (part: Pick<Part, 'headers'> | undefined, wanted: string): string | undefined =>
  part?.headers.find(({ name }) => name.toLowerCase() === wanted)?.value;

/** Whether this is a file rather than the letter itself. */
export const isAttachment = (part: Part): boolean =>
  part.filename !== '' ||
  !part.mimeType.startsWith('text/') ||
  /^\s*attachment\b/i.test(headerOf(part, 'content-disposition') ?? '');

/** UTF-8 where it is UTF-8, for Gmail often converts; else what the part says. Unknown bytes become U+FFFD. */
function decoded(bytes: Buffer, charset: string | undefined): string {
  const isSevenBit = /^(iso-2022|utf-16|hz)/i.test(charset ?? '');
  try {
    if (!isSevenBit) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: the part says what it is.
  }
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function textOf(part: Part): string {
  const charset = /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(headerOf(part, 'content-type') ?? '')?.[1];
  return decoded(Buffer.from(part.body.data ?? '', 'base64url'), charset);
}

const MOST_HTML = 2_000_000;

/** HTML as a person would read it; addresses of links stay, pictures go. */
function readHtml(html: string): string {
  return convert(html.slice(0, MOST_HTML), {
    wordwrap: false,
    limits: { maxDepth: 100, maxInputLength: MOST_HTML },
    selectors: [{ selector: 'img', format: 'skip' }],
  }).trim();
}

/** The letter: its plain text, made from the HTML where there is no other, and its HTML. */
export function letterOf(leaves: readonly Part[]): { text: string; html: string | undefined } {
  const letters = leaves.filter((part) => !isAttachment(part));
  const bodies = (type: string) =>
    letters.filter(({ mimeType }) => mimeType.toLowerCase() === type).map(textOf);
  const [plain, html] = [bodies('text/plain'), bodies('text/html')];
  const text = plain.join('\n');
  return {
    text: text.trim() === '' && html.length > 0 ? html.map(readHtml).join('\n') : text,
    html: html.length > 0 ? html.join('\n') : undefined,
  };
}

import { z } from 'zod';
import { apiPath } from '../core/api-path.js';
import { inTurns } from '../core/in-turns.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { decodeBody } from './charset.js';
import { parseCut } from './cut-json.js';
import { readHtml } from './html-text.js';
import { contentsOf, headerOf, type Part, type Passage } from './message-parts.js';

/** The text of one part. */
interface Body {
  readonly text: string;
  /** Not all of it could be had. */
  readonly isCut: boolean;
}

export type ReadBody = (messageId: string, part: Part) => Promise<Body>;

/** Bodies that one call fetches on their own, and how much of each, as base64. */
const MOST_FETCHES = 20;
const MOST_FETCHED = 8_000_000;

/** A header that says how a body is written is short. */
const MOST_HEADER = 2000;

const charsetIn = (text: string | undefined): string | undefined =>
  /charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:+-]{1,60})/i.exec(text?.slice(0, MOST_HEADER) ?? '')?.[1];

async function decoded(part: Part, data: string): Promise<string> {
  const bytes = Buffer.from(data, 'base64url');
  const inHtml = part.mimeType === 'text/html' ? charsetIn(bytes.toString('latin1', 0, 1024)) : undefined;
  const text = await decodeBody(bytes, charsetIn(headerOf(part, 'content-type')) ?? inHtml);
  return text.includes('\0') ? inTurns(text, (slice) => slice.replaceAll('\0', '\ufffd')) : text;
}

/**
 * Reads bodies, those too that Gmail keeps behind an attachment id as it does with long ones.
 * https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages.attachments/get
 */
export function bodiesThrough(http: ProviderHttp): ReadBody {
  let fetches = 0;
  return async (messageId, part) => {
    const { data, attachmentId, size, isCut = false } = part.body;
    if (data) return { text: await decoded(part, data), isCut };
    if (attachmentId === undefined) return { text: '', isCut: size > 0 };
    if (++fetches > MOST_FETCHES) return { text: '', isCut: true };
    const path = apiPath`/users/me/messages/${messageId}/attachments/${attachmentId}`;
    const answer = await http.bytes('GET', path, { maxBytes: MOST_FETCHED, cut: true });
    const body = z.object({ data: z.string() }).safeParse(parseCut(answer.bytes)).data;
    return { text: await decoded(part, body?.data ?? ''), isCut: !body || answer.isCut };
  };
}

export interface Letter {
  readonly text: string;
  /** The letter as it was laid out, if any of it was HTML. */
  readonly html: string | undefined;
  /** The text lacks something: it was cut, or some of it could not be had. */
  readonly isCut: boolean;
  /** Some of the letter could not be had, so that it must not be passed on as a whole. */
  readonly isPartial: boolean;
}

export interface ReadOptions {
  /** Characters of text that are wanted; a little more may come. */
  readonly most: number;
  /** Whether the HTML is wanted where there is plain text. */
  readonly html?: boolean;
  readonly read: ReadBody;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const linesAsHtml = (text: string): string => escaped(text).replaceAll(/\r?\n/g, '<br>\r\n');

export const asHtml = (text: string): string => `<div>${linesAsHtml(text)}</div>`;

async function bodiesOf(messageId: string, parts: readonly Part[], read: ReadBody): Promise<Body> {
  const texts: string[] = [];
  let isCut = false;
  for (const part of parts) {
    const body = await read(messageId, part);
    texts.push(body.text);
    isCut ||= body.isCut;
  }
  return { text: texts.join('\n'), isCut };
}

async function readPassage(messageId: string, passage: Passage, options: ReadOptions): Promise<Letter> {
  const { most, html: isHtmlWanted = false, read } = options;
  const plain = await bodiesOf(messageId, passage.plain, read);
  const isBlank = plain.text.trim() === '' && !plain.isCut;
  const isHtmlRead = passage.html.length > 0 && (isBlank || isHtmlWanted);
  const html = isHtmlRead ? await bodiesOf(messageId, passage.html, read) : undefined;
  const isPartial = plain.isCut || (html?.isCut ?? false);
  const whole = { html: html?.text, isPartial };
  if (!html || !isBlank) return { ...whole, text: plain.text, isCut: plain.isCut };
  const converted = await readHtml(html.text, most);
  return { ...whole, text: converted.text, isCut: converted.isCut || html.isCut };
}

const spaceless = (text: string): Promise<string> => inTurns(text, (slice) => slice.replace(/\s+/g, ''));

/** Reads the letter of a message: passage by passage, and one that says the same again once. */
export async function readLetter(
  { id, payload }: { readonly id: string; readonly payload?: unknown },
  options: ReadOptions,
): Promise<Letter> {
  const contents = contentsOf(payload);
  const passages: Letter[] = [];
  let length = 0;
  let last = '';
  let isCut = contents.isCut;
  for (const passage of contents.passages) {
    if (length > options.most) isCut = true;
    if (length > options.most && !options.html) break;
    const next = await readPassage(id, passage, options);
    const said = contents.passages.length > 1 ? await spaceless(next.text) : '';
    const isSame = passages.length > 0 && said === last;
    last = said;
    if (!isSame || next.html !== undefined) passages.push(isSame ? { ...next, text: '' } : next);
    length += next.text.length;
  }
  const hasHtml = passages.some(({ html }) => html !== undefined);
  const html: string[] = [];
  for (const one of hasHtml ? passages : [])
    html.push(one.html ?? `<div>${await inTurns(one.text, linesAsHtml)}</div>`);
  return {
    text: passages
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join('\n'),
    html: hasHtml ? html.join('\n') : undefined,
    isCut: isCut || passages.some((one) => one.isCut),
    isPartial: passages.some((one) => one.isPartial),
  };
}

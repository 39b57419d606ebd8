import { setImmediate as nextTurn } from 'node:timers/promises';
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { HtmlLines } from './html-lines.js';

export interface HtmlText {
  readonly text: string;
  /** Part of the letter is missing in the text. */
  readonly isCut: boolean;
  /** Tags, pieces of text and attributes that were processed: the cost of reading it. */
  readonly steps: number;
}

/** More than any letter that a person wrote or laid out. */
const MOST_TAGS = 100_000;
const MOST_ATTRIBUTE = 4000;

/** Characters that are read between two turns of the event loop. */
const CHUNK = 16_384;

const PARAGRAPHS = ['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'table', 'pre', 'dl', 'hr'];
const LINES = ['div', 'tr', 'li', 'dt', 'dd', 'caption', 'thead', 'tbody', 'tfoot', 'address', 'article']
  .concat(['aside', 'body', 'center', 'details', 'dir', 'fieldset', 'figcaption', 'figure', 'footer', 'form'])
  .concat(['header', 'html', 'legend', 'main', 'menu', 'nav', 'optgroup', 'option', 'section', 'select'])
  .concat(['summary', 'textarea']);
const breaksAround = new Map<string, 1 | 2>([
  ...LINES.map((tag) => [tag, 1] as const),
  ...PARAGRAPHS.map((tag) => [tag, 2] as const),
]);
const HIDDEN = new Set(['script', 'style', 'title']);
const STRUCK = new Set(['s', 'strike', 'del']);
const LISTS = new Set(['ul', 'ol', 'menu', 'dir']);
const WANTED: Readonly<Record<string, string>> = { a: 'href', ol: 'start', li: 'value' };
const MOST_LISTS = 100;

/** Reads the tokens of a page in order. Keeps no tree, so that neither depth nor an unclosed tag costs anything. */
class PageReader implements TokenizerCallbacks {
  readonly lines = new HtmlLines();
  tags = 0;
  steps = 0;
  #tag = '';
  #attribute = '';
  #value = '';
  #wanted = '';
  #hidden = '';
  #pre = 0;
  readonly #numbers: (number | undefined)[] = [];
  #link: { href: string; text: string } | undefined;

  constructor(private readonly html: string) {}

  ontext(start: number, end: number): void {
    this.#text(this.html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#text(String.fromCodePoint(codepoint));
  }

  onopentagname(start: number, end: number): void {
    this.tags += 1;
    this.steps += 1;
    this.#tag = this.#name(start, end);
    this.#wanted = '';
  }

  onattribname(start: number, end: number): void {
    this.steps += 1;
    this.#attribute = this.#name(start, end);
    this.#value = '';
  }

  onattribdata(start: number, end: number): void {
    if (this.#value.length <= MOST_ATTRIBUTE)
      this.#value += this.html.slice(start, Math.min(end, start + MOST_ATTRIBUTE + 1));
  }

  onattribentity(codepoint: number): void {
    if (this.#value.length <= MOST_ATTRIBUTE) this.#value += String.fromCodePoint(codepoint);
  }

  onattribend(): void {
    if (WANTED[this.#tag] === this.#attribute && this.#wanted === '') this.#wanted = this.#value.trim();
  }

  onopentagend(): void {
    if (HIDDEN.has(this.#tag)) this.#hidden = this.#tag;
    else this.#open(this.#tag);
  }

  onselfclosingtag(): void {
    if (!HIDDEN.has(this.#tag)) this.#open(this.#tag);
  }

  onclosetag(start: number, end: number): void {
    this.tags += 1;
    this.steps += 1;
    const tag = this.#name(start, end);
    if (tag === this.#hidden) this.#hidden = '';
    else if (this.#hidden === '') this.#close(tag);
  }

  onend(): void {
    this.#endLink();
  }

  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  #name(start: number, end: number): string {
    return this.html.slice(start, Math.min(end, start + 20)).toLowerCase();
  }

  #text(text: string): void {
    this.steps += 1;
    if (this.#hidden !== '') return;
    if (this.#link && this.#link.text.length <= MOST_ATTRIBUTE) this.#link.text += text;
    if (this.#pre > 0) this.lines.preformatted(text);
    else this.lines.flow(text);
  }

  #open(tag: string): void {
    const breaks = breaksAround.get(tag);
    if (breaks) this.lines.block(breaks);
    if (tag === 'br') this.lines.lineBreak();
    else if (tag === 'td' || tag === 'th') this.lines.cell();
    else if (tag === 'hr') this.#rule();
    else if (tag === 'li') this.#item();
    else if (tag === 'pre') this.#pre += 1;
    else if (tag === 'blockquote') this.lines.quotes += 1;
    else if (tag === 'a') this.#beginLink();
    else if (tag === 'sup' || tag === 'sub') this.lines.seam('^');
    else if (STRUCK.has(tag)) this.lines.flow('~~');
    else if (LISTS.has(tag)) this.#list(tag);
  }

  #close(tag: string): void {
    const breaks = breaksAround.get(tag);
    if (breaks) this.lines.block(breaks);
    if (tag === 'pre') this.#pre = Math.max(this.#pre - 1, 0);
    else if (tag === 'blockquote') this.lines.quotes = Math.max(this.lines.quotes - 1, 0);
    else if (tag === 'a') this.#endLink();
    else if (tag === 'sup' || tag === 'sub') this.lines.seam(' ');
    else if (STRUCK.has(tag)) this.lines.flow('~~');
    else if (LISTS.has(tag)) this.#endList();
  }

  #rule(): void {
    this.lines.flow('---');
    this.lines.block(2);
  }

  #list(tag: string): void {
    const start = tag === 'ol' ? wholeNumber(this.#wanted, 1) : undefined;
    this.lines.block(this.#numbers.length > 0 ? 1 : 2);
    if (this.#numbers.length < MOST_LISTS) this.#numbers.push(start);
    this.lines.lists = this.#numbers.length;
  }

  #endList(): void {
    this.#numbers.pop();
    this.lines.lists = this.#numbers.length;
    this.lines.block(this.#numbers.length > 0 ? 1 : 2);
  }

  #item(): void {
    const own = this.#numbers.at(-1);
    const number = own === undefined ? undefined : wholeNumber(this.#wanted, own);
    if (number !== undefined) this.#numbers[this.#numbers.length - 1] = number + 1;
    this.lines.bullet(number === undefined ? '- ' : `${number}. `);
  }

  #beginLink(): void {
    this.#endLink();
    if (/^(https?:|mailto:|tel:|\/\/)/i.test(this.#wanted) && this.#wanted.length <= MOST_ATTRIBUTE)
      this.#link = { href: this.#wanted.replace(/[\s\p{Cc}]+/gu, ''), text: '' };
  }

  /** The address of a link stands behind its words, unless they are that address. */
  #endLink(): void {
    if (!this.#link) return;
    const { href, text } = this.#link;
    this.#link = undefined;
    const [said, address] = [text.trim(), href.replace(/^(mailto|tel):/i, '')];
    if (said === href || said === address) return;
    this.lines.flow(said === '' ? `[${address}]` : ` [${address}]`);
  }
}

const wholeNumber = (text: string, otherwise: number): number =>
  /^-?\d{1,9}$/.test(text) ? Number(text) : otherwise;

/**
 * HTML as a person would read it, up to about `most` characters: addresses of links stay, pictures go, no letter changes
 * its case. The work is linear in the length of the HTML, and other work gets its turn in between.
 */
export async function readHtml(html: string, most: number): Promise<HtmlText> {
  const page = new PageReader(html);
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, page);
  const isEnough = () => page.lines.length > most || page.tags > MOST_TAGS;
  let read = 0;
  while (read < html.length && !isEnough()) {
    if (read > 0) await nextTurn();
    tokenizer.write(html.slice(read, read + CHUNK));
    read += CHUNK;
  }
  const isCut = read < html.length || page.lines.length > most;
  if (!isCut) tokenizer.end();
  return { text: page.lines.toString(), isCut, steps: page.steps };
}

/** Lines of text built from HTML: white space collapses to one space, blocks begin lines, cells are separated. */
export class HtmlLines {
  readonly #pieces: string[] = [];
  #length = 0;
  #breaks = 0;
  #space = '';
  #last = '';
  #bullet = '';
  #seam = '';
  #isLineEmpty = true;
  /** Blockquotes around what is written now. */
  quotes = 0;
  /** Lists around what is written now. */
  lists = 0;

  /** Characters written so far. */
  get length(): number {
    return this.#length;
  }

  /** Text whose white space only separates words. */
  flow(text: string): void {
    const squeezed = text.replace(/\s+/g, ' ');
    const words = squeezed.trim();
    if (squeezed.startsWith(' ')) this.#apart(' ');
    if (words === '') return;
    this.#write(words);
    if (squeezed.endsWith(' ')) this.#apart(' ');
  }

  /** Text whose white space counts. */
  preformatted(text: string): void {
    const [first = '', ...rest] = text.split(/\r\n|\r|\n/);
    if (first !== '') this.#write(first);
    for (const line of rest) {
      this.lineBreak(MOST_BREAKS);
      if (line !== '') this.#write(line);
    }
  }

  /** The next text stands on a line of its own, with `breaks - 1` empty lines above. */
  block(breaks: 1 | 2): void {
    this.#breaks = Math.max(this.#breaks, breaks);
    this.#space = '';
  }

  lineBreak(most = 3): void {
    this.#breaks = Math.min(this.#breaks + 1, most);
    this.#space = '';
  }

  /** The following text on the same line is another cell. */
  cell(): void {
    if (!this.#isLineEmpty && this.#breaks === 0)
      this.#space = this.#space.startsWith('\t') ? `${this.#space}\t` : '\t';
  }

  /** Text that is put before the first text of this line. */
  bullet(text: string): void {
    this.#bullet = text;
  }

  /** A mark between two digits that would read as one number. */
  seam(mark: '^' | ' '): void {
    this.#seam = mark;
  }

  toString(): string {
    return this.#pieces.join('').trim();
  }

  #apart(space: string): void {
    if (this.#space === '' && this.#breaks === 0) this.#space = space;
  }

  #write(text: string): void {
    if (this.#length === 0) this.#breaks = 0;
    if (this.#breaks > 0) this.#push('\n'.repeat(this.#breaks));
    const begins = this.#breaks > 0 || this.#length === 0;
    if (begins) this.#push('> '.repeat(Math.min(this.quotes, MOST_SHOWN_LEVELS)));
    if (begins && this.lists > 1) this.#push('  '.repeat(Math.min(this.lists - 1, MOST_SHOWN_LEVELS)));
    if (!begins) this.#push(this.#space);
    const fuses = /\d$/.test(this.#last) && /^\d/.test(text) && !begins && this.#space === '';
    this.#push(this.#bullet + (fuses ? this.#seam : '') + text);
    this.#last = text.slice(-1);
    [this.#breaks, this.#space, this.#bullet, this.#seam, this.#isLineEmpty] = [0, '', '', '', false];
  }

  #push(text: string): void {
    if (text === '') return;
    this.#pieces.push(text);
    this.#length += text.length;
  }
}

const MOST_BREAKS = 100;
const MOST_SHOWN_LEVELS = 10;

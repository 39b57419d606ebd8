import { Transform, type TransformCallback } from 'node:stream';

/** What to do with one string of a JSON text. */
export interface JsonStrings {
  /** Whether the string that is the value of this member, at any depth, is asked about. */
  isWanted(member: string): boolean;
  /** Whether the value of every member inside of this member's object is asked about. */
  isWantedInside(member: string): boolean;
  /** What stands in its place; `null` for JSON's null. The same string: it stays as it was written. */
  replace(value: string, member: string): string | null;
  /** Waited for before anything is given out that holds a string replaced so far. */
  settled?(): Promise<void>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** No longer name is asked about. */
const LONGEST_NAME = 256;
/** A longer address is no address: null stands for it. */
const LONGEST_VALUE = 16 * 1024;

/** The string being read. */
interface Reading {
  /** After its opening quote, as far as that is of interest. */
  readonly pieces: Buffer[];
  length: number;
  /** It is asked about: nothing of it is given out before its end. */
  readonly isHeld: boolean;
}

/**
 * Replaces strings of a JSON text on its way through. All other bytes stay as they came, numbers and blanks too; memory
 * and work for each byte are bounded, however long the text or deep its nesting. What is no JSON passes as it is.
 */
export class JsonStringReplacer {
  private reading: Reading | undefined;
  private isEscaped = false;
  /** The last string, while only blanks have followed it: a name, if a colon does. */
  private last: Reading | undefined;
  private member: string | undefined;
  private depth = 0;
  private inside: { readonly member: string; readonly depth: number } | undefined;

  constructor(private readonly strings: JsonStrings) {}

  /** What the next bytes become; those of a string that is asked about wait for its end. */
  write(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let from = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.reading) {
        const end = this.endOfString(chunk, at);
        const isHeld = this.reading.isHeld;
        this.take(this.reading, chunk.subarray(at, end ?? chunk.length));
        at = end ?? chunk.length;
        if (isHeld) from = at;
        if (end === undefined) break;
        const replaced = this.ended();
        if (replaced) out.push(replaced);
        continue;
      }
      at = this.nextString(chunk, at);
      if (at === chunk.length) break;
      const isHeld = this.asked() !== undefined;
      this.reading = { pieces: [], length: 1, isHeld };
      if (isHeld) out.push(chunk.subarray(from, at));
      at += 1;
      if (isHeld) from = at;
    }
    out.push(chunk.subarray(from));
    return out.length === 1 ? (out[0] ?? chunk) : Buffer.concat(out);
  }

  /** What was still held back at the end. */
  end(): Buffer {
    const { reading } = this;
    this.reading = undefined;
    return reading?.isHeld && isShort(reading) ? written(reading) : Buffer.alloc(0);
  }

  /** What a whole text becomes. */
  async whole(text: Buffer): Promise<Buffer> {
    const replaced = Buffer.concat([this.write(text), this.end()]);
    await this.strings.settled?.();
    return replaced;
  }

  stream(): Transform {
    const settled = (bytes: Buffer, done: TransformCallback) => {
      const wait = this.strings.settled?.() ?? Promise.resolve();
      wait.then(
        () => done(null, bytes),
        (error: Error) => done(error),
      );
    };
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => settled(this.write(chunk), done),
      flush: (done) => settled(this.end(), done),
    });
  }

  /** Where the string ends, its closing quote included. */
  private endOfString(chunk: Buffer, from: number): number | undefined {
    let isEscaped = this.isEscaped;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) {
        this.isEscaped = false;
        return at + 1;
      }
    }
    this.isEscaped = isEscaped;
    return undefined;
  }

  private take(reading: Reading, piece: Buffer): void {
    reading.length += piece.length;
    if (isShort(reading)) reading.pieces.push(piece);
  }

  /** @returns what stands for a string that was held back */
  private ended(): Buffer | undefined {
    const { reading } = this;
    const member = this.asked();
    this.reading = this.member = this.last = undefined;
    if (!reading) return undefined;
    if (!reading.isHeld) {
      this.last = reading;
      return undefined;
    }
    if (!isShort(reading)) return Buffer.from('null');
    const text = decoded(reading);
    const replaced = text === undefined ? undefined : this.strings.replace(text, member ?? '');
    return replaced === text ? written(reading) : Buffer.from(JSON.stringify(replaced));
  }

  /** Where the next string begins, past all that is none. */
  private nextString(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) return at;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (byte === COLON) this.member = (this.last && decoded(this.last)) ?? '';
      else {
        if (byte === 0x7b || byte === 0x5b) this.open();
        else if (byte === 0x7d || byte === 0x5d) this.close();
        this.member = undefined;
      }
      this.last = undefined;
    }
    return chunk.length;
  }

  private open(): void {
    this.depth += 1;
    const { member, depth } = this;
    if (!this.inside && member !== undefined && this.strings.isWantedInside(member))
      this.inside = { member, depth };
  }

  private close(): void {
    if (this.inside?.depth === this.depth) this.inside = undefined;
    this.depth -= 1;
  }

  /** The member under which a string that begins here is asked about; names are not. */
  private asked(): string | undefined {
    if (this.member === undefined) return undefined;
    return this.strings.isWanted(this.member) ? this.member : this.inside?.member;
  }
}

function isShort({ length, isHeld }: Reading): boolean {
  return length <= (isHeld ? LONGEST_VALUE : LONGEST_NAME);
}

function written({ pieces }: Reading): Buffer {
  return Buffer.concat([Buffer.from('"'), ...pieces]);
}

function decoded(reading: Reading): string | undefined {
  if (!isShort(reading)) return undefined;
  try {
    return JSON.parse(written(reading).toString()) as string;
  } catch {
    return undefined;
  }
}

import { Transform, type TransformCallback } from 'node:stream';

/** How to treat strings of a JSON text. */
export interface JsonStrings {
  /** Whether the string that is the value of this member, at any depth, may be replaced. */
  isWanted(member: string): boolean;
  /** Whether every string that is the value of a member of this member's object may be replaced. */
  isWantedInside(member: string): boolean;
  /** The replacement; `null` for JSON's null. The same string: it stays as it was written. */
  replace(value: string, member: string): string | null;
  /** Awaited before any output that contains a string replaced so far. */
  settled?(): Promise<void>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Longer names are never wanted. */
const LONGEST_NAME = 256;
/** A longer value is no address: null replaces it. */
const LONGEST_VALUE = 16 * 1024;

/** The string being read. */
interface Reading {
  /** The raw bytes after its opening quote, as far as they are needed. */
  readonly pieces: Buffer[];
  length: number;
  /** The string may be replaced, so no byte of it is emitted before its end. */
  readonly isHeld: boolean;
}

/**
 * Replaces strings in a JSON text as it streams through. All other bytes stay unchanged, numbers and white space too;
 * memory and work for each byte are bounded, however long or deeply nested the text is. Text that is not JSON passes
 * unchanged.
 */
export class JsonStringReplacer {
  private reading: Reading | undefined;
  private isEscaped = false;
  /** The last string, while only white space has followed it: it is a name if a colon follows. */
  private last: Reading | undefined;
  private member: string | undefined;
  private depth = 0;
  private inside: { readonly member: string; readonly depth: number } | undefined;

  constructor(private readonly strings: JsonStrings) {}

  /** Processes the next bytes; those of a string that may be replaced wait for its end. */
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

  /** The bytes still held back at the end. */
  end(): Buffer {
    const { reading } = this;
    this.reading = undefined;
    return reading?.isHeld && isShort(reading) ? written(reading) : Buffer.alloc(0);
  }

  /** Processes a whole text. */
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

  /** The position after the string's closing quote. */
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

  /** @returns the replacement of a string that was held back */
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

  /** The position of the next string, past everything else. */
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

  /** The member whose value is the string that begins here, if it may be replaced; names never are. */
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

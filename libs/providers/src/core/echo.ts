import { Transform } from 'node:stream';
import type { TokenHeader } from './http/token-header.js';

/** No provider issues shorter tokens, and a shorter text would be found by chance. */
const SHORTEST = 8;

/**
 * Removes a token from a provider's response. Servers that echo the request, in a page, a header or an error, would
 * otherwise reveal it to the agent. Each encoding of it is replaced by as many asterisks, so that no length changes. A
 * provider that wants to hide the token in a response can: it was given the token.
 */
export class TokenEcho {
  readonly #texts: readonly string[];
  readonly #writings: readonly Buffer[];
  readonly #longest: number;

  /** @param sentIn how it is sent: of a pair for Basic, the secret by itself is removed too */
  constructor(token: string, sentIn?: TokenHeader) {
    const secrets = sentIn?.scheme === 'Basic' ? [token, secretOfPair(token)] : [token];
    const long = secrets.filter(({ length }) => length >= SHORTEST);
    this.#texts = [...new Set(long.flatMap(writingsOf))];
    this.#writings = this.#texts.map((text) => Buffer.from(text));
    this.#longest = Math.max(1, ...this.#writings.map(({ length }) => length));
  }

  /** A header's value without the token. */
  text(value: string): string {
    return this.#texts.reduce((clean, text) => clean.replaceAll(text, '*'.repeat(text.length)), value);
  }

  /** Overwrites it in place. */
  bytes<T extends Uint8Array>(body: T): T {
    const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    for (const writing of this.#writings) {
      for (let at = view.indexOf(writing); at >= 0; at = view.indexOf(writing, at + writing.length))
        view.fill('*', at, at + writing.length);
    }
    return body;
  }

  /** Passes bytes through; holds back at most the beginning of a possible token that a chunk cut in two. */
  stream(): Transform {
    let held = Buffer.alloc(0);
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        const all = this.bytes(Buffer.concat([held, chunk]));
        const from = this.#cut(all);
        held = Buffer.from(all.subarray(from));
        done(null, all.subarray(0, from));
      },
      flush: (done) => done(null, held),
    });
  }

  /** Where the longest suffix of `bytes` begins that is a prefix of an encoded token. */
  #cut(bytes: Buffer): number {
    for (let from = Math.max(0, bytes.length - this.#longest + 1); from < bytes.length; from++) {
      const end = bytes.subarray(from);
      if (
        this.#writings.some(
          (writing) => writing.length > end.length && writing.subarray(0, end.length).equals(end),
        )
      )
        return from;
    }
    return bytes.length;
  }
}

/**
 * The token in base64, at each of the three offsets where it can begin; the characters at its edges contain bits of its
 * neighbours too.
 */
function inBase64(token: string): string[] {
  const bytes = Buffer.from(token);
  const standard = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
  });
  return [...standard, ...standard.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

function writingsOf(token: string): string[] {
  return [token, encodeURIComponent(token), token.replaceAll('/', '\\/'), ...inBase64(token)];
}

/** The password of a pair for Basic (RFC 7617), or the name where that is the secret. */
function secretOfPair(credential: string): string {
  const pair = Buffer.from(credential, 'base64').toString();
  const colon = pair.indexOf(':');
  return pair.slice(colon + 1) || pair.slice(0, colon);
}

import { addressParser, decodeWords } from 'postal-mime';
import { mailboxKey } from '../google/mail-address.js';
import { addressPattern, oneLine, shownHeader } from './header-values.js';

export interface NamedAddress {
  readonly name: string;
  readonly address: string;
}

/** Longer headers are cut; the address at the cut is not used, since it may be incomplete. */
const MOST_HEADER = 50_000;

/** More than anybody reads. */
const MOST_SHOWN = 20_000;

/** Characters that occur in no header; they stand for parts that the address parser must not look into. */
const [MARK, MARK_END] = ['\ue000', '\ue001'];
const markPattern = new RegExp(`${MARK}(\\d+)${MARK_END}`, 'g');

const encodedWord = '=\\?[^?\\s]{1,80}\\?[bq]\\?[^?\\r\\n]{0,4000}\\?=';
const encodedWords = new RegExp(`${encodedWord}(?:\\s+${encodedWord})*`, 'giy');
const quotedString = /"(?:[^"\\]|\\(?:.|$))*(?:"|$)/gsy;

interface Piece {
  readonly kind: 'words' | 'quoted' | 'comment';
  readonly text: string;
}

/** Where the comment that begins here ends; comments nest (RFC 5322 section 3.2.2). */
function commentEnd(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === '(') depth += 1;
    else if (value[at] === ')' && --depth === 0) return at + 1;
  }
  return value.length;
}

function pieceAt(value: string, at: number): Piece | undefined {
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(value)?.[0];
  };
  if (value[at] === '(') return { kind: 'comment', text: value.slice(at, commentEnd(value, at)) };
  const [kind, text] =
    value[at] === '"'
      ? (['quoted', match(quotedString)] as const)
      : (['words', value[at] === '=' ? match(encodedWords) : undefined] as const);
  return text === undefined ? undefined : { kind, text };
}

/** Cuts a header into what a parser may read and what it must not: encoded words, quoted strings, comments. */
function* piecesOf(value: string): Generator<Piece | string> {
  let from = 0;
  for (let at = 0; at < value.length;) {
    const piece = pieceAt(value, at);
    if (piece) {
      yield value.slice(from, at);
      yield piece;
    }
    at += piece?.text.length ?? 1;
    if (piece) from = at;
  }
  yield value.slice(from);
}

const unquoted = (text: string): string => text.replace(/^"|"$/g, '').replace(/\\(.)/gs, '$1');

/** A piece as text for a person. */
function wordsOf({ kind, text }: Piece): string {
  if (kind === 'comment') return text.replace(/^\(|\)$/g, '').replace(/\\(.)/gs, '$1');
  return kind === 'quoted' ? unquoted(text) : text;
}

/**
 * The address as it was written; nothing for one that contains an encoded word or a comment, which is not an address. A
 * quoted local part equals one without quotes, where it needs none.
 */
function writtenAddress(address: string, pieces: readonly Piece[]): string | undefined {
  let isPlain = true;
  const written = address.replace(markPattern, (_all, index: string) => {
    const piece = pieces[Number(index)];
    isPlain &&= piece?.kind === 'quoted';
    return piece ? unquoted(piece.text) : '';
  });
  return isPlain && written.length <= 320 && addressPattern.test(written) ? written : undefined;
}

function withoutLastOfCut(value: string): string {
  const end = value.length > MOST_HEADER ? value.lastIndexOf(',', MOST_HEADER) : value.length;
  return value.slice(0, Math.max(end, 0));
}

/**
 * The valid addresses in such headers as they were sent, each once, in order; invalid ones are left out. Names are
 * decoded after the addresses are found: a decoded name cannot add an address.
 */
export function addressesIn(...values: readonly (string | undefined)[]): NamedAddress[] {
  const found = new Map<string, NamedAddress>();
  for (const value of values) {
    if (!value) continue;
    const pieces: Piece[] = [];
    const mark = (piece: Piece) => `${MARK}${pieces.push(piece) - 1}${MARK_END}`;
    const shell = { quoted: ['"', '"'], comment: ['(', ')'], words: ['', ''] } as const;
    const masked = [...piecesOf(withoutLastOfCut(value).replace(/[\ue000\ue001]/g, ' '))]
      .map((piece) => (typeof piece === 'string' ? piece : shell[piece.kind].join(mark(piece))))
      .join('');
    for (const { name = '', address = '' } of addressParser(masked, { flatten: true })) {
      const written = writtenAddress(address, pieces);
      if (written === undefined || found.has(mailboxKey(written))) continue;
      const said = name.replace(markPattern, (_all, index: string) => {
        const piece = pieces[Number(index)];
        return piece ? wordsOf(piece) : '';
      });
      found.set(mailboxKey(written), {
        name: shownHeader(said).slice(0, 200).toWellFormed(),
        address: written,
      });
    }
  }
  return [...found.values()];
}

const quoted = (text: string): string =>
  /[(),.:;<>@[\\\]"]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;

/** A header of addresses as text on one line. A decoded name that contains special characters is quoted. */
export function shownAddresses(value: string): string {
  const shown = [...piecesOf(value.slice(0, MOST_SHOWN))].map((piece) => {
    if (typeof piece === 'string') return piece;
    if (piece.kind === 'words') return quoted(shownHeader(piece.text));
    const isDecoded = piece.kind === 'quoted' && piece.text.includes('=?');
    return isDecoded
      ? `"${shownHeader(decodeWords(unquoted(piece.text))).replace(/["\\]/g, '\\$&')}"`
      : piece.text;
  });
  return oneLine(shown.join(''));
}

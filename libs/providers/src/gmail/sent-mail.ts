import { addressParser } from 'postal-mime';
import { UnreadableRequest } from '../requests/json-members.js';
import type { Verdict } from '../requests/request-rules.js';
import type { SentRequest } from '../requests/sent-request.js';
import { addressPattern } from './header-values.js';

const MOST_HEADER_BYTES = 64 * 1024;
/** Mail has 500 recipients at most; to take a list of addresses apart costs more than its length. */
const MOST_LIST = 32 * 1024;
const RECIPIENTS = ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc', 'apparently-to'];

/** Addresses of the message that a request sends. @throws UnreadableRequest when they cannot be told for certain */
export function recipientsOf(raw: Uint8Array): string[] {
  const start = Buffer.from(raw.subarray(0, MOST_HEADER_BYTES)).toString('utf8');
  const end = /\r?\n\r?\n/.exec(start)?.index ?? (raw.length <= MOST_HEADER_BYTES ? start.length : undefined);
  if (end === undefined) throw new UnreadableRequest('has a message whose headers do not end');
  const head = start.slice(0, end);
  // Readers differ on where a line ends here.
  if (/\r(?!\n)|[\0\v\f\u2028\u2029\u0085\ufffd]/.test(head))
    throw new UnreadableRequest('has a message with odd line ends');
  const lines = head.replaceAll(/\r?\n(?=[ \t])/g, '').split(/\r?\n/);
  if (lines.some((line) => !/^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(line)))
    throw new UnreadableRequest('has a message with a line that is no header');
  const named = lines.map(
    (line) =>
      [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1)] as const,
  );
  const values = named.flatMap(([name, value]) => (RECIPIENTS.includes(name) ? [value] : []));
  const found = new Set(values.flatMap(addressesIn));
  if (found.size === 0) throw new UnreadableRequest('has a message that names nobody');
  return [...found];
}

/** To its end, if nothing closes it: another beginning is not looked for in it. */
const QUOTED = /"(?:[^"\\]|\\(?:.|$))*("|$)/gs;

/** All of a header's addresses, or none: what one reader takes for a name another may take for an address. */
function addressesIn(value: string): string[] {
  if (value.trim() === '') return [];
  if (value.length > MOST_LIST) throw new UnreadableRequest('has a message with too many recipients');
  const addresses = addressParser(value, { flatten: true }).map(({ address = '' }) => address);
  const bare = value.replaceAll(QUOTED, (_all, end: string) => (end === '' ? '"' : ''));
  const signs = bare.split('@').length - 1;
  if (
    /["()\\]/.test(bare) ||
    signs !== addresses.length ||
    addresses.some((address) => !addressPattern.test(address))
  )
    throw new UnreadableRequest('has a message whose recipients can be read in several ways');
  return addresses.map((address) => {
    const at = address.lastIndexOf('@');
    return address.slice(0, at) + address.slice(at).toLowerCase();
  });
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function decoded(raw: unknown): Uint8Array {
  if (typeof raw !== 'string' || !BASE64.test(raw))
    throw new UnreadableRequest('holds no message that can be read');
  return Buffer.from(raw, 'base64');
}

/** The message of a request: bytes where it is uploaded, else base64 in `raw`. @throws UnreadableRequest */
function messageOf(sent: SentRequest, place: string): Uint8Array {
  if (sent.contentType.startsWith('message/')) return sent.bytes() ?? new Uint8Array();
  if (sent.contentType.startsWith('multipart/')) {
    const content = sent.parts()[1];
    if (content?.type.startsWith('message/')) return content.content;
    throw new UnreadableRequest('holds no message that can be read');
  }
  const raws = sent.values(place);
  if (raws.length !== 1) throw new UnreadableRequest('holds no message that can be read');
  return decoded(raws[0]);
}

/** @param place of the message in the body: `raw`, or `message.raw` for a draft */
export const sentMail =
  (place: string) =>
  (sent: SentRequest): Verdict => ({ recipients: recipientsOf(messageOf(sent, place)) });

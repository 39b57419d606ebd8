import type { Mail } from './mails.js';
import type { ParsedMessage } from './message-text.js';
import { decodeWords, headerOf, parseMessage, readableText } from './message-text.js';

const DAY_MS = 86_400_000;
const SPAN_MS: Record<string, number> = { d: DAY_MS, m: 30 * DAY_MS, y: 365 * DAY_MS };

interface Term {
  negated: boolean;
  operator?: string;
  value: string;
}

/** Gmail search: operators, quoted phrases, `-` for not, words that all must occur. */
export function searchMails(mails: Mail[], q: string | undefined, nowMs: number): Mail[] {
  const terms = parseQuery(q ?? '');
  return mails
    .filter((mail) => {
      const message = parseMessage(Buffer.from(mail.raw, 'base64url').toString('utf8'));
      return terms.every((term) => fits(mail, message, term, nowMs) !== term.negated);
    })
    .sort((a, b) => b.internalDate - a.internalDate || b.historyId - a.historyId);
}

function parseQuery(q: string): Term[] {
  return [...q.matchAll(/(-?)(?:([a-z0-9_]+):)?(?:"([^"]*)"|\(([^)]*)\)|(\S+))/gi)].map(
    ([, minus, operator, quoted, grouped, plain]) => ({
      negated: minus === '-',
      operator: operator?.toLowerCase(),
      value: (quoted ?? grouped ?? plain ?? '').toLowerCase(),
    }),
  );
}

function fits(mail: Mail, message: ParsedMessage, { operator, value }: Term, nowMs: number): boolean {
  const header = (name: string) => decodeWords(headerOf(message, name) ?? '').toLowerCase();
  switch (operator) {
    case undefined:
      return `${header('From')} ${header('To')} ${header('Subject')} ${readableText(message).toLowerCase()}`.includes(
        value,
      );
    case 'rfc822msgid':
      return header('Message-ID').replace(/[<>]/g, '') === value.replace(/[<>]/g, '');
    case 'from':
    case 'to':
    case 'cc':
    case 'subject':
      return value.split(/\s+/).every((word) => header(operator).includes(word));
    case 'in':
    case 'label':
    case 'is':
      return hasLabel(mail, value);
    case 'has':
      return value === 'attachment' && /filename=/i.test(message.body);
    default:
      return fitsDate(mail, operator, value, nowMs);
  }
}

function hasLabel(mail: Mail, value: string): boolean {
  if (value === 'anywhere') return true;
  if (value === 'read') return !mail.labelIds.includes('UNREAD');
  return mail.labelIds.includes(value.toUpperCase());
}

function fitsDate(mail: Mail, operator: string, value: string, nowMs: number): boolean {
  const [, count = '0', unit = 'd'] = /^(\d+)([dmy])$/.exec(value) ?? [];
  const span = Number(count) * (SPAN_MS[unit] ?? DAY_MS);
  const date = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value.replaceAll('/', '-'));
  switch (operator) {
    case 'newer_than':
      return mail.internalDate >= nowMs - span;
    case 'older_than':
      return mail.internalDate < nowMs - span;
    case 'after':
    case 'newer':
      return mail.internalDate >= date;
    case 'before':
    case 'older':
      return mail.internalDate < date;
    default:
      return false;
  }
}

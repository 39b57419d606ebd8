import { ProviderError } from '../core/provider-error.js';
import { headersOf, type FullMessage } from './full-message.js';
import { addressesIn, messageIdsIn, type NamedAddress } from './header-values.js';
import { leavesOf, letterOf } from './message-parts.js';
import type { Mail } from './new-message.js';

const MOST_RECIPIENTS = 100;
const MOST_REFERENCES = 20;
const MOST_SUBJECT = 900;
const MOST_QUOTED = 100_000;

const withPrefix = (prefix: string, known: RegExp, subject = ''): string =>
  (known.test(subject) ? subject : `${prefix} ${subject}`.trim()).slice(0, MOST_SUBJECT).toWellFormed();

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const asHtml = (text: string): string => `<div>${escaped(text).replaceAll(/\r?\n/g, '<br>\r\n')}</div>`;

interface Answer {
  readonly text: string;
  readonly html?: string | undefined;
  readonly replyAll: boolean;
  readonly quote: boolean;
}

/** Whether the user sent it, under whatever address. */
export const isOwn = ({ labelIds }: FullMessage): boolean => labelIds?.includes('SENT') ?? false;

/** To whom a reply goes: to the sender, or where the sender wants it; on one's own message, to its recipients. */
function recipientsOf(
  original: FullMessage,
  self: string | undefined,
  replyAll: boolean,
): Pick<Mail, 'to' | 'cc'> {
  const header = headersOf(original);
  const isSelf = ({ address }: NamedAddress) => address.toLowerCase() === self?.toLowerCase();
  const senders = addressesIn(header('reply-to') || header('from'));
  const to =
    isOwn(original) || (senders.length > 0 && senders.every(isSelf))
      ? addressesIn(header('to'))
      : addressesIn(header('reply-to') || header('from'), ...(replyAll ? [header('to')] : []));
  const others = to.filter((one) => !isSelf(one));
  const kept = others.length > 0 ? others : to;
  const named = new Set(kept.map(({ address }) => address.toLowerCase()));
  const cc = replyAll
    ? addressesIn(header('cc')).filter((one) => !isSelf(one) && !named.has(one.address.toLowerCase()))
    : [];
  if (kept.length === 0)
    throw new ProviderError({ provider: 'gmail', code: 'invalid_request', reason: 'noRecipient' });
  return { to: kept.slice(0, MOST_RECIPIENTS), cc: cc.slice(0, MOST_RECIPIENTS) };
}

/** In-Reply-To and References as RFC 5322 section 3.6.4 has them; the first and the latest where there are many. */
function threading(original: FullMessage): Pick<Mail, 'inReplyTo' | 'references'> {
  const header = headersOf(original);
  const inReplyTo = messageIdsIn(header('message-id'))[0];
  if (!inReplyTo) return {};
  const earlier = messageIdsIn(header('references') ?? header('in-reply-to')).filter(
    (id) => id !== inReplyTo,
  );
  const kept =
    earlier.length > MOST_REFERENCES
      ? [...earlier.slice(0, 1), ...earlier.slice(1 - MOST_REFERENCES)]
      : earlier;
  return { inReplyTo, references: [...kept, inReplyTo] };
}

/**
 * A reply: same subject, threading headers, the original quoted below. `self` is the user's own address, which gets no
 * copy; needed on the user's own messages and for answers to all.
 */
export function replyTo(original: FullMessage, self: string | undefined, answer: Answer): Mail {
  const header = headersOf(original);
  const letter = letterOf(leavesOf(original.payload)).text.slice(0, MOST_QUOTED);
  const intro = `${header('from') ?? 'Somebody'} wrote:`;
  const quoted = letter
    .trim()
    .split(/\r?\n/)
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`));
  const { text, html, quote, replyAll } = answer;
  const isQuoted = quote && letter.trim() !== '';
  return {
    ...recipientsOf(original, self, replyAll),
    ...threading(original),
    subject: withPrefix('Re:', /^re\s*:/i, header('subject')),
    text: isQuoted ? `${text}\n\n${intro}\n${quoted.join('\n')}\n` : text,
    html: html && isQuoted ? `${html}${asHtml(intro)}<blockquote>${asHtml(letter)}</blockquote>` : html,
  };
}

/** The original passed on below a note, as text and, where it has HTML, as HTML too. */
export function forwardOf(original: FullMessage, note: string): Pick<Mail, 'subject' | 'text' | 'html'> {
  const header = headersOf(original);
  const { text, html } = letterOf(leavesOf(original.payload));
  const lines = ['From', 'Date', 'Subject', 'To', 'Cc'].flatMap((name) => {
    const value = header(name.toLowerCase());
    return value ? [`${name}: ${value}`] : [];
  });
  const head = ['---------- Forwarded message ---------', ...lines].join('\n');
  const above = note === '' ? '' : `${note}\n\n`;
  return {
    subject: withPrefix('Fwd:', /^fwd?\s*:/i, header('subject')),
    text: `${above}${head}\n\n${text}`,
    html: html === undefined ? undefined : `${asHtml(above + head)}<br>${html}`,
  };
}

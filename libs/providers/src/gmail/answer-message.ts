import { ProviderError } from '../core/provider-error.js';
import { mailboxKey } from '../google/mail-address.js';
import { addressesIn, type NamedAddress } from './address-header.js';
import { headersOf, shownHeadersOf, type FullMessage } from './full-message.js';
import { messageIdsIn } from './header-values.js';
import { asHtml, readLetter, type ReadBody } from './letter.js';
import type { Mail } from './new-message.js';

const MOST_RECIPIENTS = 100;
const MOST_REFERENCES = 20;
const MOST_SUBJECT = 900;
const MOST_QUOTED = 100_000;
const MOST_FORWARDED = 2_000_000;

const withPrefix = (prefix: string, known: RegExp, subject = ''): string =>
  (known.test(subject) ? subject : `${prefix} ${subject}`.trim()).slice(0, MOST_SUBJECT).toWellFormed();

interface Answer {
  readonly text: string;
  readonly html?: string | undefined;
  readonly replyAll: boolean;
  readonly quote: boolean;
  readonly read: ReadBody;
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
  const own = self === undefined ? undefined : mailboxKey(self);
  const isSelf = ({ address }: NamedAddress) => mailboxKey(address) === own;
  const wanted = addressesIn(header('reply-to'));
  const senders = wanted.length > 0 ? wanted : addressesIn(header('from'));
  const known = new Set(senders.map(({ address }) => mailboxKey(address)));
  const recipients = addressesIn(header('to'));
  const to =
    isOwn(original) || (senders.length > 0 && senders.every(isSelf))
      ? recipients
      : [
          ...senders,
          ...(replyAll ? recipients.filter(({ address }) => !known.has(mailboxKey(address))) : []),
        ];
  const others = to.filter((one) => !isSelf(one));
  const kept = others.length > 0 ? others : to;
  const named = new Set(kept.map(({ address }) => mailboxKey(address)));
  const cc = replyAll
    ? addressesIn(header('cc')).filter((one) => !isSelf(one) && !named.has(mailboxKey(one.address)))
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
export async function replyTo(
  original: FullMessage,
  self: string | undefined,
  { text, html, quote, replyAll, read }: Answer,
): Promise<Mail> {
  const header = shownHeadersOf(original);
  const to = recipientsOf(original, self, replyAll);
  const quoted = quote ? await quotedLetter(original, read) : '';
  const intro = `${header('from') ?? 'Somebody'} wrote:`;
  const lines = quoted.split(/\r?\n/).map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`));
  return {
    ...to,
    ...threading(original),
    subject: withPrefix('Re:', /^re\s*:/i, header('subject')),
    text: quoted === '' ? text : `${text}\n\n${intro}\n${lines.join('\n')}\n`,
    html: html && quoted !== '' ? `${html}${asHtml(intro)}<blockquote>${asHtml(quoted)}</blockquote>` : html,
  };
}

const CUT = '[…]';

async function quotedLetter(original: FullMessage, read: ReadBody): Promise<string> {
  const { text, isCut } = await readLetter(original, { most: MOST_QUOTED, read });
  const letter = text.slice(0, MOST_QUOTED).trim();
  return isCut || text.length > MOST_QUOTED ? `${letter}\n${CUT}`.trim() : letter;
}

/**
 * The original passed on below a note, as text and, where it has HTML, as HTML too.
 * @throws ProviderError `invalid_request` when it cannot be read to its end: nobody gets half a letter
 */
export async function forwardOf(
  original: FullMessage,
  note: string,
  read: ReadBody,
): Promise<Pick<Mail, 'subject' | 'text' | 'html'>> {
  const header = shownHeadersOf(original);
  const letter = await readLetter(original, { most: MOST_FORWARDED, html: true, read });
  if (letter.isPartial || (letter.isCut && letter.html === undefined))
    throw new ProviderError({ provider: 'gmail', code: 'invalid_request', reason: 'messageTooLarge' });
  const text = letter.isCut ? `${letter.text}\n${CUT}` : letter.text;
  const lines = ['From', 'Date', 'Subject', 'To', 'Cc'].flatMap((name) => {
    const value = header(name.toLowerCase());
    return value ? [`${name}: ${value}`] : [];
  });
  const head = ['---------- Forwarded message ---------', ...lines].join('\n');
  const above = note === '' ? '' : `${note}\n\n`;
  return {
    subject: withPrefix('Fwd:', /^fwd?\s*:/i, header('subject')),
    text: `${above}${head}\n\n${text}`,
    html: letter.html === undefined ? undefined : `${asHtml(above + head)}<br>${letter.html}`,
  };
}

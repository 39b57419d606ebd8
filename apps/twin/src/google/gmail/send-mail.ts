import { findAccount } from '../../oauth/accounts.js';
import type { Account } from '../../oauth/records.js';
import type { World } from '../../world.js';
import { invalidValue, notFound } from '../google-errors.js';
import type { Mail } from './mails.js';
import { addressesOf, headerOf, parseMessage } from './message-text.js';

/** `messages.send`: keeps a Message-ID that is there, takes out Bcc, delivers to the twin's other accounts. */
export function sendMail(world: World, account: Account, body: { raw?: unknown; threadId?: unknown }): Mail {
  const text = decodeRaw(body.raw);
  const message = parseMessage(text);
  const recipients = ['To', 'Cc', 'Bcc'].flatMap((name) => addressesOf(headerOf(message, name)));
  if (recipients.length === 0) throw invalidValue('Recipient address required');
  const mails = mailsOf(world, account.id);
  const threadId = body.threadId === undefined ? undefined : String(body.threadId);
  if (threadId && !mails.some((mail) => mail.threadId === threadId)) {
    throw notFound('Requested entity was not found.');
  }
  const sent = store(world, account.id, { raw: completed(world, account, text), threadId }, ['SENT']);
  for (const address of new Set(recipients)) {
    const recipient = findAccount(world, 'google', address);
    if (recipient) store(world, recipient.id, { raw: sent.raw }, ['UNREAD', 'INBOX']);
  }
  return sent;
}

/** The mailbox of an account. */
export function mailsOf(world: World, accountId: string): Mail[] {
  const mails = world.state.google.mails.get(accountId) ?? [];
  world.state.google.mails.set(accountId, mails);
  return mails;
}

/** The text of a `raw`, or the refusal that Gmail gives. */
export function decodeRaw(raw: unknown): string {
  if (typeof raw !== 'string' || raw === '')
    throw invalidValue("'raw' RFC822 payload message string or uploading message via /upload/* URL required");
  // One character at a time: a pattern over the whole of a long text may overflow the stack of the engine.
  if (/[^A-Za-z0-9_=-]/.test(raw))
    throw invalidValue("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed");
  return Buffer.from(raw, 'base64url').toString('utf8');
}

function completed(world: World, account: Account, text: string): string {
  const message = parseMessage(text);
  const added: string[] = [];
  if (!headerOf(message, 'From')) added.push(`From: ${account.name} <${account.email}>`);
  if (!headerOf(message, 'Date')) added.push(`Date: ${new Date(world.now()).toUTCString()}`);
  if (!headerOf(message, 'Message-ID')) added.push(`Message-ID: <${world.id(16)}@mail.gmail.com>`);
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const head = text
    .slice(0, end)
    .replace(/^bcc:.*(?:\r?\n[ \t]+.*)*\r?\n?/gim, '')
    .replace(/\r?\n$/, '');
  return Buffer.from([...added, head].join('\r\n') + text.slice(end)).toString('base64url');
}

/** Puts a mail into a mailbox. */
export function store(
  world: World,
  accountId: string,
  { raw, threadId }: { raw: string; threadId?: string | undefined },
  labelIds: string[],
): Mail {
  const mails = mailsOf(world, accountId);
  const id = world.id(8);
  const parent = threadId ?? repliedThread(mails, raw);
  const mail: Mail = {
    id,
    threadId: parent ?? id,
    labelIds,
    historyId: mails.reduce((highest, { historyId }) => Math.max(highest, historyId), 1000) + 1,
    internalDate: world.now(),
    raw,
  };
  mails.push(mail);
  world.changed();
  return mail;
}

/** In the recipient's mailbox a reply joins the thread of the message that it answers. */
function repliedThread(mails: Mail[], raw: string): string | undefined {
  const inReplyTo = headerOf(parseMessage(Buffer.from(raw, 'base64url').toString('utf8')), 'In-Reply-To');
  if (!inReplyTo) return undefined;
  const parent = mails.find(
    (mail) =>
      headerOf(parseMessage(Buffer.from(mail.raw, 'base64url').toString('utf8')), 'Message-ID') === inReplyTo,
  );
  return parent?.threadId;
}

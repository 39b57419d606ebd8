import type { Mail } from '../../platform/index.js';
import type { ReadApproval } from '../approval-page.html.js';

const LONGEST = 1_000;
const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/**
 * An approval as an operator reads it in a mail: what is asked for in words, and a link to the page that asks who they
 * are. No arguments; and nothing that an agent wrote becomes a line, or a link, of its own.
 */
export function approvalMail(
  { approval, agentName }: ReadApproval,
  uri: string,
): Pick<Mail, 'subject' | 'text'> {
  const { title, preview, ask, userId, account, policies, expiresAt, needed } = approval;
  const lines = [
    `${quoted(agentName ?? 'The user')} asks to do this for the user ${quoted(userId)}:`,
    '',
    `    ${quoted(preview)}`,
    '',
    `Account: ${quoted(account.name)}`,
    ...(ask === undefined ? [] : [`Why, as it says itself: ${quoted(ask)}`]),
    ...(policies.length === 0 ? [] : [`Rule: ${quoted(policies.join(', '))}`]),
    ...(needed > 1 ? [`${needed} people have to agree.`] : []),
    `Decide until ${time.format(new Date(expiresAt))} UTC. Nothing is sent before somebody agrees.`,
    '',
    'Look at it and decide here, once you have signed in:',
    uri,
    '',
    'This mail decides nothing, and neither does the link in it. You get it because you may decide on approvals.',
  ];
  return { subject: `Approval wanted: ${quoted(title)}`, text: `${lines.join('\n')}\n` };
}

function quoted(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').replaceAll('://', ': //');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}

import type { StoredEvent } from '../google/calendar/calendar-state.js';
import type { Account, Grant, Token } from '../oauth/records.js';
import type { Issue } from '../github/github-state.js';
import type { ProviderName } from '../provider-name.js';
import type { World } from '../world.js';

/** A mail, decoded. */
export interface ReportedMail {
  account: string;
  id: string;
  threadId: string;
  labelIds: string[];
  /** The whole RFC 5322 text. */
  text: string;
}

/** The state of the twin. */
export interface StateReport {
  now: string;
  accounts: Account[];
  signedIn: Record<string, string>;
  grants: Grant[];
  tokens: (Omit<Token, 'hash'> & { tokenHash: string })[];
  google: {
    events: (StoredEvent & { account: string })[];
    mails: ReportedMail[];
    mailsSent: ReportedMail[];
    files: { account: string; id: string; name: string; mimeType: string; trashed: boolean }[];
  };
  github: { issues: (Issue & { repository: string })[] };
  dropbox: { files: { account: string; path: string; deleted: boolean; tag: string }[] };
}

/** Gathers the report. Accounts are named by e-mail address. */
export function reportState(world: World): StateReport {
  const { state } = world;
  const emails = new Map(state.accounts.map(({ id, email }) => [id, email]));
  const account = (id: string) => emails.get(id) ?? id;
  const mails = [...state.google.mails].flatMap(([id, list]) =>
    list.map(({ raw, ...mail }) => ({
      account: account(id),
      id: mail.id,
      threadId: mail.threadId,
      labelIds: mail.labelIds,
      text: Buffer.from(raw, 'base64url').toString('utf8'),
    })),
  );
  return {
    now: world.isoNow(),
    accounts: state.accounts,
    signedIn: Object.fromEntries(state.signedIn) as Record<ProviderName, string>,
    grants: [...state.grants.values()],
    tokens: [...state.tokens.values()].map(({ hash, ...token }) => ({
      ...token,
      tokenHash: hash.slice(0, 16),
    })),
    google: {
      events: [...state.google.calendars].flatMap(([id, calendar]) =>
        calendar.events.map((stored) => ({ account: account(id), ...stored })),
      ),
      mails,
      mailsSent: mails.filter(({ labelIds }) => labelIds.includes('SENT')),
      files: [...state.google.files].flatMap(([id, files]) =>
        files.map(({ content: _content, ...file }) => ({ account: account(id), ...file })),
      ),
    },
    github: {
      issues: state.github.repositories.flatMap(({ owner, name, issues }) =>
        issues.map((issue) => ({ repository: `${owner}/${name}`, ...issue })),
      ),
    },
    dropbox: {
      files: [...state.dropbox.trees].flatMap(([id, tree]) =>
        tree.entries.map((entry) => ({
          account: account(id),
          path: entry.pathDisplay,
          deleted: entry.deleted,
          tag: entry.tag,
        })),
      ),
    },
  };
}

import type { Account } from '../oauth/records.js';
import type { DropboxEntry, DropboxFolderTree, DropboxState } from './dropbox-state.js';

/** Accounts at the Dropbox twin. */
export const DROPBOX_ACCOUNTS: Account[] = [
  {
    provider: 'dropbox',
    id: 'dbid:AADaLovelace1815xxxxxxxxxxxxxxxxxxx',
    name: 'Ada Lovelace',
    givenName: 'Ada',
    familyName: 'Lovelace',
    email: 'ada@example.com',
    login: '181512100',
  },
  {
    provider: 'dropbox',
    id: 'dbid:AAAlanTuring1912xxxxxxxxxxxxxxxxxxx',
    name: 'Alan Turing',
    givenName: 'Alan',
    familyName: 'Turing',
    email: 'alan@example.com',
    login: '191206230',
  },
];

/** Some folders and files for each account. */
export function seedDropbox(nowMs: number): DropboxState {
  return { trees: new Map(DROPBOX_ACCOUNTS.map((account) => [account.id, seedTree(account, nowMs)])) };
}

function seedTree(account: Account, nowMs: number): DropboxFolderTree {
  const modified = new Date(nowMs - 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const paths: [string, string | undefined][] = [
    ['/Projects', undefined],
    ['/Projects/Engine.txt', 'The mill and the store.'],
    ['/Projects/Plan.md', '# Plan\n\nFirst the mill.\n'],
    ['/Photos', undefined],
    ['/Letter to Babbage.txt', 'Dear Charles,'],
  ];
  const entries = paths.map(([path, text], index): DropboxEntry => ({
    tag: text === undefined ? 'folder' : 'file',
    id: `id:${account.givenName}${String(index + 1).padStart(18, '0')}`,
    name: path.slice(path.lastIndexOf('/') + 1),
    pathDisplay: path,
    pathLower: path.toLowerCase(),
    rev: `01000000000${index + 1}`,
    clientModified: modified,
    serverModified: modified,
    content: Buffer.from(text ?? '').toString('base64'),
    deleted: false,
    changeSeq: index + 1,
  }));
  return { entries, seq: entries.length, oldestCursorSeq: 0 };
}

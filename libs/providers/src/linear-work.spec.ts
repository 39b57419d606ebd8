import process from 'node:process';
import { parseBearerChallenge } from './core/http/bearer-challenge.js';
import { parseLinkHeader } from './core/http/link-header.js';
import { parseJson } from './core/http/read-body.js';
import { classifyFailure as classifyDropbox } from './dropbox/errors.js';
import { classifyFailure as classifyGithub } from './github/errors.js';
import { unmarked } from './github/marker.js';
import { addressesIn, shownAddresses } from './gmail/address-header.js';
import { decodeBody } from './gmail/charset.js';
import { parseCut } from './gmail/cut-json.js';
import { bodiesThrough, readLetter } from './gmail/letter.js';
import { recipientsOf } from './gmail/sent-mail.js';
import { fileSearch } from './google-drive/file-search.js';
import { providers } from './registry.js';
import { strictJson, UnreadableRequest } from './requests/json-members.js';

type Work = (length: number) => unknown;

const failed = (body: unknown) => ({ status: 409, headers: {}, body, now: 0 });

/** A letter of one part. */
const letter = (contentType: string, text: string, mimeType = 'text/plain') => {
  const data = Buffer.from(text).toString('base64url');
  const headers = [{ name: 'Content-Type', value: contentType }];
  return { id: '1', payload: { mimeType, headers, body: { size: data.length, data } } };
};

const read = (message: { id: string; payload: unknown }) =>
  readLetter(message, { most: 100_000, html: true, read: bodiesThrough({} as never) });

function refused(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof UnreadableRequest)) throw error;
  }
}

/** The work of each with the input that is worst for it. */
const WORST: readonly (readonly [string, Work])[] = [
  ['a charset that never comes', (n) => read(letter(`text/plain; charset=${' '.repeat(n)}\u0001`, 'a'))],
  ['a charset in the page that never comes', (n) => read(letter('', `charset${' '.repeat(n)}`, 'text/html'))],
  ['a letter of blanks', (n) => read(letter('text/plain', ' '.repeat(n)))],
  ['a letter of zero bytes', (n) => read(letter('text/plain', '\0'.repeat(n)))],
  ['a body that no charset fits', (n) => decodeBody(Buffer.alloc(n, 0xff), 'iso-2022-jp')],
  [
    'JSON that is cut in what is no UTF-8',
    (n) => parseCut(Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(n, 0xff), Buffer.from('x')])),
  ],
  ['JSON that is cut among backslashes', (n) => parseCut(Buffer.from(`{"a":"${'\\'.repeat(n)}`))],
  ['JSON that is cut among escaped quotes', (n) => parseCut(Buffer.from(`{"a":"${'\\\\\\"'.repeat(n / 4)}`))],
  [
    'recipients in quotes that nothing closes',
    (n) => refused(() => recipientsOf(Buffer.from(`To: ${'\\"'.repeat(n / 2)}\r\n\r\n`))),
  ],
  [
    'recipients of a message to be sent in groups in groups',
    (n) => refused(() => recipientsOf(Buffer.from(`To: ${'a:'.repeat(n / 2)}\r\n\r\n`))),
  ],
  ['addresses in comments in comments', (n) => addressesIn('('.repeat(n))],
  ['addresses in quotes that nothing closes', (n) => addressesIn('\\"'.repeat(n / 2))],
  ['encoded words without an end', (n) => shownAddresses('=?utf-8?q?'.repeat(n / 10))],
  ['an issue of empty lines', (n) => unmarked(`a${'\n'.repeat(n)}b`)],
  ['an issue of markers that are none', (n) => unmarked('\n<!-- valetkey:'.repeat(n / 15))],
  ['a refusal of dots', (n) => classifyDropbox(failed({ error_summary: `${'.'.repeat(n)}x` }))],
  [
    'a refusal that begins again and again',
    (n) => classifyGithub(failed({ message: 'create or update workflow '.repeat(n / 26) })),
  ],
  [
    'a path of one segment',
    (n) => {
      const costs = providers.flatMap(({ budgets = [] }) => budgets.flatMap((budget) => budget.costs));
      return costs.map(({ path }) => path?.test(`/${'a'.repeat(n)}`));
    },
  ],
  ['links that are no links', (n) => parseLinkHeader(`<a>;b=${' '.repeat(n)}x`)],
  ['links in quotes that nothing closes', (n) => parseLinkHeader('<a>;rel="\\"'.repeat(n / 12))],
  ['a challenge of dashes', (n) => parseBearerChallenge(`Bearer ${'-'.repeat(n)}`)],
  ['a condition in quotes that nothing closes', (n) => fileSearch.safeParse({ query: "\\'".repeat(n / 2) })],
  ['an answer of blanks', (n) => parseJson(Buffer.from(`[${' '.repeat(n)}`))],
];

const LENGTH = 16_000;
const FLOOR_MS = 20;

async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('four times as much of the worst takes about four times as long', () => {
  it.each(WORST)('%s', async (_what, work) => {
    await work(LENGTH);
    const once = await cpuMs(() => work(LENGTH));
    const fourfold = await cpuMs(() => work(4 * LENGTH));
    expect(fourfold).toBeLessThan(8 * Math.max(once, FLOOR_MS));
  });
});

describe('what has more structure than anybody needs is not looked into', () => {
  it.each([
    ['brackets', '['.repeat(1_000_000)],
    ['objects', '{"a":'.repeat(200_000)],
    ['items', `[${'1,'.repeat(1_000_000)}`],
  ])('of JSON that is cut: %s', (_what, text) => {
    expect(parseCut(Buffer.from(`{"a":${text}`))).toBeUndefined();
  });

  it.each([
    ['brackets', `${'['.repeat(500_000)}${']'.repeat(500_000)}`],
    ['items', `[${'1,'.repeat(20_000)}1]`],
    ['members', `{${Array.from({ length: 20_000 }, (_, at) => `"a${at}":1`).join(',')}}`],
  ])('of a request that is to be judged: %s', (_what, text) => {
    expect(() => strictJson(Buffer.from(text))).toThrow(UnreadableRequest);
  });
});

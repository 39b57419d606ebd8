import { z } from 'zod';

/** A URL of one of these protocols. */
export const url = (protocols: readonly string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL starting with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });

/** Paths are appended to it. */
export const baseUrl = url(['https:', 'http:']).refine(
  (value) => {
    if (!URL.canParse(value)) return true;
    const { username, password, search, hash } = new URL(value);
    return username + password + search + hash === '' && !/[?#]/.test(value);
  },
  { error: 'must have no user, query or fragment' },
);

/** Compared letter for letter, so only what can be a redirect URI is taken (RFC 6749, section 3.1.2). */
export const redirectUri = z
  .string()
  .refine((text) => URL.canParse(text) && !text.includes('#'), {
    error: 'must be a URL without a fragment',
  })
  .refine((text) => !/[*\s]/.test(text), { error: 'must be whole URLs; there are no wildcards' })
  .refine((text) => !URL.canParse(text) || isRedirectTarget(new URL(text)), {
    error: 'must be URLs that a browser can be sent to, without a user or password',
  });

/** Schemes by which a page runs a script, shows content of its own or reads a file, where others lead to an app. */
const NO_TARGETS = [
  'javascript:',
  'data:',
  'vbscript:',
  'blob:',
  'file:',
  'about:',
  'filesystem:',
  'view-source:',
  'ws:',
  'wss:',
  'ftp:',
  'mailto:',
];

function isRedirectTarget({ protocol, username, password }: URL): boolean {
  return !NO_TARGETS.includes(protocol) && username + password === '';
}

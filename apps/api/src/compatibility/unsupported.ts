import { Problem } from '../platform/index.js';

/** Parts of Nango that Valetkey does not have, by the beginning of their paths, with what there is instead. */
const UNSUPPORTED = {
  integrations:
    'integrations over this API. Operators keep connectors in the dashboard; GET /v1/providers lists the APIs.',
  providers: "Nango's list of providers. GET /v1/providers lists ours.",
  records: 'syncs and their records. Read from the API over /proxy instead.',
  sync: 'syncs. A schedule (POST /v1/schedules) runs an action again and again.',
  action: "Nango's actions. POST /v1/actions/{action} runs ours, GET /v1/actions lists them.",
  scripts: 'scripts. GET /v1/actions lists what can be run.',
  'environment-variables': 'environment variables of scripts. Keep them where your code runs.',
} as const;

/** Their paths as routes. */
export const UNSUPPORTED_PATHS = Object.keys(UNSUPPORTED).flatMap((path) => [path, `${path}/*`]);

/** The problem 501 for something that only Nango has. @param what a sentence that goes on after a colon */
export function notSupported(what: string): Problem {
  return new Problem('not_supported', { what, docs: 'docs/migrating.md#from-nango' });
}

/** The problem of one of these paths. */
export function unsupportedAt(path: string): Problem {
  const [first = ''] = path.slice(1).split(/[/?]/, 1);
  const words: Readonly<Record<string, string>> = UNSUPPORTED;
  return notSupported(words[first] ?? 'this address.');
}

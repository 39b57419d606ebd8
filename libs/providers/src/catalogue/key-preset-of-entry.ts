import type { ConnectorPreset, KeyKind } from '../connectors/connector-preset.js';
import type { CatalogueEntry, ConnectorEntry } from './catalogue.js';
import { presetOfEntry } from './preset-of-entry.js';

type Key = NonNullable<CatalogueEntry['key']>;

/** Ids of entries have no colon. */
const SUFFIX = ':key';

/**
 * The second preset of an entry: users enter a key. From here on a key is a token that does not expire: it is sealed,
 * checked, sent and forgotten like one.
 */
export function keyPresetOfEntry(entry: ConnectorEntry): ConnectorPreset | undefined {
  const { key } = entry;
  if (!key) return undefined;
  const preset = presetOfEntry(entry);
  const sentIn = sentInOf(key);
  const { userinfo = '' } = preset.endpoints;
  return {
    ...preset,
    id: `${entry.id}${SUFFIX}`,
    serves: entry.id,
    displayName: `${entry.displayName} (${key.label})`,
    guide: {
      ...preset.guide,
      tried: key.tried,
      setup: [
        `There is nothing to register: each user makes a key at ${entry.displayName} and enters it on our page.`,
        `Users read there: ${key.find}`,
      ],
      notes: [
        'A key may do whatever its user chose for it at the provider: scopes are not told, and not asked for.',
      ],
    },
    key: kindOf(key, sentIn),
    endpoints: { authorization: '', token: '', userinfo },
    clientAuthentication: 'none',
    pkce: false,
    baseScopes: [],
    offlineScopes: [],
    refresh: 'none',
    oidc: false,
    nonce: false,
    revocation: {
      style: 'none',
      kills: 'token_set',
      needsLiveAccessToken: false,
      buildRequest: () => undefined,
      isConfirmed: () => false,
      byHand: key.byHand,
    },
    check: { scopes: [], judge: (answer) => preset.check.judge(answer) },
    account: { ...preset.account, authorization: sentIn },
    normaliseGranted: () => [],
  };
}

function sentInOf(key: Key) {
  return key.kind === 'basic'
    ? { header: 'authorization', scheme: 'Basic' }
    : { header: key.header, scheme: key.scheme };
}

function kindOf(key: Key, sentIn: KeyKind['sentIn']): KeyKind {
  const { kind, label, find, prefixes } = key;
  const username = key.kind === 'basic' ? key.username : undefined;
  return { kind, label, find, prefixes, sentIn, ...(username ? { username } : {}) };
}

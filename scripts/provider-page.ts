import type { CatalogueEntry } from '@valetkey/providers';
import type { ActionSet } from '@valetkey/providers/catalogue';

type Connector = Exclude<CatalogueEntry['connector'], string>;

const HEAD = '<!-- Written by scripts/catalogue.ts from libs/providers/catalogue. -->\n\n';

/** The list of all pages. */
export function catalogueIndex(entries: readonly CatalogueEntry[], sets: readonly ActionSet[]): string {
  const rows = entries.map(({ id, displayName, summary, tried, connector }) => {
    const of = typeof connector === 'string' ? connector : id;
    const actions = sets.find(({ provider }) => provider === id)?.actions.length ?? '';
    return `| [${displayName}](${id}.md) | \`${of}\` | ${summary} | ${actions} | ${tried} |\n`;
  });
  return `${HEAD}# Providers of the catalogue

What these files describe can be connected, kept, refreshed, checked, revoked and called through the proxy. Some have
actions of their own; for all, operations of an OpenAPI document can be [imported](../openapi.md) as actions. _Known by_ says what each was written from: _knowledge_ was not compared with the documentation again,
_documentation_ was, and only _server_ was tried against the real server; the conformance run tries every one against a server made from its own file. How to add one:
[Add a connector by a file](../catalogue.md).

| provider | connector | what is there | actions | known by |
| -------- | --------- | ------------- | ------- | ----- |
${rows.join('')}`;
}

/** The page of one provider. */
export function providerPage(
  entry: CatalogueEntry,
  all: readonly CatalogueEntry[],
  set: ActionSet | undefined,
): string {
  const { id, displayName, summary, setup, notes, tried, documentation } = entry;
  const home = all.find((one) => one.id === entry.connector);
  return [
    `${HEAD}# ${displayName}\n\n${summary}\n`,
    {
      knowledge:
        '**Written from what is known of it, not compared with its documentation again, and not tried against the real server.**\n',
      documentation: '**Written from documentation, and not tried against the real server.**\n',
      server: '',
    }[tried],
    typeof entry.connector === 'string'
      ? `It takes the tokens of the connector \`${entry.connector}\`${home ? ` ([${home.displayName}](${home.id}.md))` : ''}.\n`
      : '',
    `## Set up\n\n${setup.map((step, index) => `${index + 1}. ${step}`).join('\n')}\n`,
    typeof entry.connector === 'string' ? '' : connectorFile(id, entry),
    entry.key ? keySection(id, entry.key) : '',
    notes.length > 0 ? `## To know\n\n${notes.map((note) => `- ${note}`).join('\n')}\n` : '',
    typeof entry.connector === 'string' ? '' : behaviour(entry.connector),
    set ? actionsTable(set) : '',
    scopesTable(entry),
    apiSection(entry),
    `## Documentation\n\n${documentation.map(({ url, read }) => `- <${url}>${read === undefined ? '' : `, read on ${read}`}`).join('\n')}\n`,
  ]
    .filter(Boolean)
    .join('\n');
}

function connectorFile(id: string, { parameters }: CatalogueEntry): string {
  const values = Object.entries(parameters).map(([name, one]) => [name, one.default ?? one.example]);
  const connector = {
    target: id,
    preset: id,
    clientId: '…',
    clientSecret: `\${${id.replaceAll('-', '_').toUpperCase()}_CLIENT_SECRET}`,
    ...(values.length > 0 ? { parameters: Object.fromEntries(values) as Record<string, string> } : {}),
  };
  const asked = Object.entries(parameters).map(([name, one]) => `- \`${name}\`: ${one.description}`);
  return `The redirect URI to register is \`<VALETKEY_PUBLIC_URL>/oauth/callback/${id}\`. In the connectors file, or the same to POST /v1/operator/connectors:

\`\`\`json
${JSON.stringify(connector, null, 2)}
\`\`\`
${asked.length > 0 ? `\n${asked.join('\n')}\n` : ''}`;
}

function keySection(id: string, key: NonNullable<CatalogueEntry['key']>): string {
  const tried = {
    knowledge: ' Written from what is known of it, not compared with its documentation again.',
    documentation: ' Written from documentation.',
    server: '',
  }[key.tried];
  return `## By a key

A connector of the preset \`${id}:key\` needs no client: users enter their ${key.label}.${tried}

- **Where.** ${key.find}
- **How it ends.** ${key.byHand}
`;
}

function behaviour({ revocation, refresh, check, pkce, grants }: Connector): string {
  const hand = revocation.byHand === undefined ? '' : ` By hand: ${revocation.byHand}`;
  const ends = {
    none: 'The provider has no way for an app to end a grant.',
    rfc7009: 'Disconnecting revokes at the provider (RFC 7009).',
    request: 'Disconnecting revokes at the provider, by a request of its own kind.',
  }[revocation.style];
  const whole =
    revocation.style !== 'none' && revocation.kills === 'whole_grant'
      ? ' It ends all that the user granted to this client.'
      : '';
  const refreshed = {
    rotating: 'Each refresh token works once.',
    static: 'A refresh token stays the same.',
    none: 'There are no refresh tokens.',
    as_answered: 'A refresh token is replaced when a new one comes.',
  }[refresh];
  const needs =
    check.scopes.length > 0 ? ` It needs one of ${check.scopes.map((one) => `\`${one}\``).join(', ')}.` : '';
  return `## What it does

- **Revoke.** ${ends}${whole}${hand}
- **Check.** The account behind the token is read.${needs}
- **Refresh.** ${refreshed}
- **More scopes.** ${grants === 'union_by_us' ? 'All scopes are asked for again.' : 'The provider keeps the earlier ones.'}
- **PKCE.** ${pkce ? 'S256.' : 'Not sent.'}
`;
}

function actionsTable({ actions, tried, provider }: ActionSet): string {
  const rows = actions.map(
    ({ name, title, effect, scopes, recover, documentation, summary }) =>
      `| [\`${name}\`](${documentation.url}) | ${title}. ${summary} | ${effect} | ${scopes.map((scope) => `\`${scope}\``).join(', ')} | ${effect === 'read' ? '' : recover ? 'yes' : 'no'} |\n`,
  );
  const known = {
    knowledge: ' Written from what is known of the API, not compared with its documentation again.',
    documentation: ' Written from documentation, and not tried against the real server.',
    server: '',
  }[tried];
  return `## Actions

Called as \`${provider}.…\`.${known} _Found again_ says whether a write whose answer is lost can be looked for.

| action | what it does | effect | scopes | found again |
| --- | --- | --- | --- | --- |
${rows.join('')}`;
}

function scopesTable({ scopes, defaultScopes }: CatalogueEntry): string {
  const rows = Object.entries(scopes).map(
    ([name, { description }]) =>
      `| \`${name}\`${defaultScopes.includes(name) ? ' (default)' : ''} | ${description} |\n`,
  );
  if (rows.length === 0) return '## Scopes\n\nIt has none.\n';
  return `## Scopes\n\n| scope | the user reads |\n| --- | --- |\n${rows.join('')}`;
}

function apiSection({ id, api }: CatalogueEntry): string {
  if (!api) return '';
  const limits = api.limits.map(({ name, requests, seconds }) => `- ${requests} ${name} in ${seconds} s`);
  const listed = Object.entries(api.effects).flatMap(([effect, routes]) =>
    routes.map((route) => `| \`${route}\` | ${effect} |\n`),
  );
  return `## Through the proxy

\`/v1/proxy/${id}/…\` is <${api.baseUrl.replaceAll('{', '%7B').replaceAll('}', '%7D')}>\`/…\`, with the user's token.
${limits.length > 0 ? `\nLimits that are kept to for each account:\n\n${limits.join('\n')}\n` : ''}
${api.getActs ? 'A `GET` may act here: what is not listed is destructive.' : 'What is not listed is read if it is a `GET`, else destructive.'}${api.graphql === undefined ? '' : ` Requests to \`${api.graphql}\` are judged by their query.`}
${listed.length > 0 ? `\n| request | effect |\n| --- | --- |\n${listed.join('')}` : ''}`;
}

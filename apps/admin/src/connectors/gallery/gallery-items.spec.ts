import type { Connector, ConnectorPreset } from '../../api-types';
import { addPath, freeTarget, galleryItems, searchItems } from './gallery-items';

const api = (id: string, displayName: string, summary: string, ...scopes: string[]) => ({
  ...{ id, displayName, summary, setup: [], actionCount: 0 },
  scopeDescriptions: scopes.map((description) => ({ name: description, description, isDefault: false })),
});
const preset = (id: string, displayName: string, summary: string, more: object = {}) =>
  ({
    ...{ id, displayName },
    guide: { summary, tried: 'documentation', setup: [], notes: [], documentation: [] },
    apis: [api(id, displayName, summary)],
    ...more,
  }) as unknown as ConnectorPreset;
const presets = [
  preset('oauth2', 'OAuth 2.0', 'Any server.', {
    guide: { summary: 'Any server.', setup: [], notes: [], documentation: [] },
    apis: [],
  }),
  preset('zendesk', 'Zendesk', 'Tickets and users.'),
  preset('google', 'Google', 'Mail and more.', {
    apis: [
      api('gmail', 'Gmail', 'Mail.', 'Send mail as you.'),
      api('youtube', 'YouTube', 'Channels and videos.'),
    ],
  }),
  preset('asana', 'Asana', 'Tasks, tickets of no kind.'),
];
const connectors = [
  { preset: 'google', target: 'google' },
  { preset: 'google', target: 'google-2' },
] as Connector[];
const names = (search: string) =>
  searchItems(galleryItems(presets, connectors), search).map(({ displayName }) => displayName);

describe('the gallery', () => {
  it('shows providers and the APIs behind them by name, and the standards last', () => {
    expect(names('')).toEqual(['Asana', 'Gmail', 'Google', 'YouTube', 'Zendesk', 'OAuth 2.0']);
  });

  it('finds by name and use, by the words of scopes, and by all words', () => {
    expect(names('ZEN')).toEqual(['Zendesk']);
    expect(names('tickets')).toEqual(['Asana', 'Zendesk']);
    expect(names('send mail')).toEqual(['Gmail', 'Google']);
    expect(names('tickets users')).toEqual(['Zendesk']);
    expect(names('carrier pigeon')).toEqual([]);
  });

  it('leads from an API to the client whose tokens it takes', () => {
    const [found] = searchItems(galleryItems(presets, connectors), 'youtube');
    expect(found && addPath(found)).toBe('/connectors/create?preset=google&api=youtube');
    expect(found?.connectors).toHaveLength(2);
  });

  it('proposes a target that is free', () => {
    expect(freeTarget('asana', connectors)).toBe('asana');
    expect(freeTarget('google', connectors)).toBe('google-3');
    expect(freeTarget('stripe:key', connectors)).toBe('stripe-key');
  });
});

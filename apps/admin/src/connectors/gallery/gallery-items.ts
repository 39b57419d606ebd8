import type { Connector, ConnectorPreset } from '../../api-types';

/** One card of the gallery: a provider, or an API that takes the tokens of another's client. */
export interface GalleryItem {
  id: string;
  displayName: string;
  summary: string;
  preset: ConnectorPreset;
  /** The API, where the preset serves several. */
  api?: string;
  tried?: ConnectorPreset['guide']['tried'];
  /** A standard instead of a provider: its server is the operator's choice. */
  isStandard: boolean;
  /** Connectors that are there already. */
  connectors: Connector[];
}

const byName = (a: { displayName: string }, b: { displayName: string }) =>
  a.displayName.localeCompare(b.displayName, 'en');

/** Providers in the order of their names, then the standards for all others. */
export const galleryItems = (
  presets: readonly ConnectorPreset[],
  connectors: readonly Connector[],
): GalleryItem[] => {
  const items = presets.flatMap((preset): GalleryItem[] => {
    const mine = connectors.filter((connector) => connector.preset === preset.id && !connector.disabledAt);
    const { summary, tried } = preset.guide;
    const { id, displayName } = preset;
    const own = {
      id,
      displayName,
      summary,
      preset,
      tried,
      isStandard: tried === undefined,
      connectors: mine,
    };
    const others = preset.userKey ? [] : preset.apis.filter((api) => api.id !== id);
    return [own, ...others.map((api) => ({ ...own, ...pick(api), api: api.id }))];
  });
  return [
    ...items.filter(({ isStandard }) => !isStandard).toSorted(byName),
    ...items.filter(({ isStandard }) => isStandard),
  ];
};

const pick = ({ id, displayName, summary, tried }: ConnectorPreset['apis'][number]) => ({
  ...{ id, displayName, summary },
  tried,
});

/** How well an item fits: 0 is best, `undefined` not at all. All words must be found somewhere. */
const rankOf = (item: GalleryItem, words: readonly string[]): number | undefined => {
  const name = item.displayName.toLowerCase();
  const scopes = item.preset.apis
    .filter(({ id }) => item.api === undefined || id === item.api)
    .flatMap((api) => [api.displayName, ...api.scopeDescriptions.map(({ description }) => description)]);
  const texts = [`${name} ${item.id}`, item.summary.toLowerCase(), scopes.join(' ').toLowerCase()];
  const ranks = words.map((word) =>
    name.startsWith(word) ? 0 : texts.findIndex((text) => text.includes(word)) + 1 || undefined,
  );
  return ranks.some((rank) => rank === undefined) ? undefined : Math.max(...(ranks as number[]));
};

/** The items that fit a search by name or use, the best first. */
export const searchItems = (items: readonly GalleryItem[], search: string): GalleryItem[] => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  return items
    .flatMap((item) => {
      const rank = rankOf(item, words);
      return rank === undefined ? [] : [{ item, rank }];
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
};

/** A target that no connector has: the preset's id, or the next that is free. */
export const freeTarget = (presetId: string, connectors: readonly Connector[]): string => {
  const taken = new Set(connectors.map(({ target }) => target));
  const first = presetId.replaceAll(':', '-');
  for (let count = 1; ; count++) {
    const target = count === 1 ? first : `${first}-${count}`;
    if (!taken.has(target)) return target;
  }
};

/** The page that adds a connector for an item. */
export const addPath = ({ preset, api }: Pick<GalleryItem, 'preset' | 'api'>): string => {
  const query = new URLSearchParams({ preset: preset.id, ...(api === undefined ? {} : { api }) });
  return `/connectors/create?${query.toString()}`;
};

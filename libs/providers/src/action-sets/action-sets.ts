import type { ImportedApi } from '../openapi/imported-apis.js';
import shipped from './sets.json' with { type: 'json' };

const ours = shipped as unknown as readonly ImportedApi[];
let sets = new Map(ours.map((set) => [set.provider, set]));

/** All sets by their providers, ours and the operator's own; the same map until they change. */
export function actionSets(): ReadonlyMap<string, ImportedApi> {
  return sets;
}

/** The actions that a provider of the catalogue has by a file. */
export function actionsOfSet(provider: string): ImportedApi | undefined {
  return sets.get(provider);
}

/**
 * Puts the operator's own files of actions beside ours. Called with the catalogue's own entries, before the rooms that
 * list providers are built.
 */
export function useOwnActionSets(own: readonly ImportedApi[]): void {
  sets = new Map([...ours, ...own].map((set) => [set.provider, set]));
}

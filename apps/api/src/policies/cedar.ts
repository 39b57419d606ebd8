import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';

/** A `forbid` with this annotation asks for a person's approval where others refuse. */
export const REQUIRES_APPROVAL = 'require_approval';

/** On a rule that asks for approval: how many different people have to agree. */
export const APPROVERS_NEEDED = 'approvers';

export type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

/** The engine is some megabytes of WebAssembly: loaded when the first rule is there. */
export async function loadCedar(): Promise<Cedar> {
  const loaded = await import('@cedar-policy/cedar-wasm/nodejs');
  return 'default' in loaded ? (loaded.default as Cedar) : loaded;
}

/** An error in the engine's words, with its place in the rule. */
export function describe({
  message,
  help,
  sourceLocations = [],
}: Pick<DetailedError, 'message' | 'help' | 'sourceLocations'>): string {
  const [place] = sourceLocations ?? [];
  const where = place ? ` at character ${place.start}${place.label ? ` (${place.label})` : ''}` : '';
  return `${message.replace(/^for policy `\w+`, /, '')}${where}${help ? `; ${help}` : ''}`;
}

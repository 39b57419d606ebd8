import { effectKey } from '../core/effect-key.js';

const pattern = /(?<!\n)\n*<!-- valetkey:[0-9a-v]{32} -->\s*$/;

/** Invisible on GitHub. Proves after a crash that this effect has happened. */
export const marker = (effectId: string): string => `<!-- valetkey:${effectKey(effectId)} -->`;

/** The text with the effect's marker below it. */
export const marked = (text: string | undefined, effectId: string): string =>
  `${text ?? ''}\n\n${marker(effectId)}`.trimStart();

/** The text as its author wrote it; `undefined` when nothing is left. */
export const unmarked = (text: string | null | undefined): string | undefined =>
  text?.replace(pattern, '') || undefined;

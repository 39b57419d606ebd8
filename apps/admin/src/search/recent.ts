import { currentSession } from '../providers/session';
import type { Choice } from './hits';

const MOST = 6;

/** In memory only: ids of users can be e-mail addresses, which have no place in a browser's storage. */
let recent: { readonly operatorId: string | undefined; readonly choices: readonly Choice[] } | undefined;

const operatorId = (): string | undefined => currentSession()?.operator.id;

/** Choices that this operator opened by the search since the page was loaded, the last one first. */
export const recentChoices = (): readonly Choice[] =>
  recent?.operatorId === operatorId() ? (recent?.choices ?? []) : [];

export const noteChoice = (choice: Choice): void => {
  const others = recentChoices().filter(({ path }) => path !== choice.path);
  recent = { operatorId: operatorId(), choices: [choice, ...others].slice(0, MOST) };
};

import { toolName, type Action } from './core/action.js';
import type { Provider } from './core/provider.js';
import { dropboxProvider } from './dropbox/index.js';
import { githubProvider } from './github/index.js';
import { gmailProvider } from './gmail/index.js';
import { googleCalendarProvider } from './google-calendar/index.js';
import { googleDriveProvider } from './google-drive/index.js';

const registered = [
  googleCalendarProvider,
  gmailProvider,
  googleDriveProvider,
  githubProvider,
  dropboxProvider,
] as const satisfies readonly Provider[];

export type ProviderId = (typeof registered)[number]['id'];

/** Every provider, in the order in which people see them. Adding one is one folder and one line above. */
export const providers: readonly Provider<ProviderId>[] = registered;

const actionsByName = new Map(
  providers.flatMap((provider) =>
    provider.actions.flatMap((action) => [
      [action.id, action],
      [toolName(action), action],
    ]),
  ),
);
const providersById = new Map<string, Provider<ProviderId>>(
  providers.map((provider) => [provider.id, provider]),
);

/** The action with this full id (`github.issues.create`), or with this name as a tool (`github__issues__create`). */
export function findAction(name: string): Action | undefined {
  return actionsByName.get(name);
}

export function findProvider(providerId: string): Provider<ProviderId> | undefined {
  return providersById.get(providerId);
}

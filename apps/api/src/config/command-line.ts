import { SettingsError } from './settings.js';

/**
 * Whether the command line asks for the help; there is nothing else that it can ask for.
 * @throws SettingsError for any other word on it
 */
export function wantsHelp(words: readonly string[]): boolean {
  const unknown = words.find((word) => word !== '--help' && word !== '-h');
  if (unknown === undefined) return words.length > 0;
  throw new SettingsError(
    `${JSON.stringify(unknown.slice(0, 40))} is not an option; settings are environment variables, see npm start -- --help`,
  );
}

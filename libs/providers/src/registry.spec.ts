import { readdirSync } from 'node:fs';
import { findAction, findProvider, providers } from './registry.js';

describe('the registry', () => {
  it('knows every provider folder', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .filter((entry) => readdirSync(new URL(`${entry.name}/`, import.meta.url)).includes('definition.ts'));
    expect(providers.map(({ id }) => id).sort()).toEqual(folders.map(({ name }) => name).sort());
  });

  it('finds providers and actions by their full id and nothing else', () => {
    expect(findAction('github.issues.create')?.provider).toBe('github');
    expect(findProvider('gmail')?.displayName).toBe('Gmail');
    for (const id of ['', 'issues.create', 'github', '__proto__', 'constructor'])
      expect(findAction(id)).toBeUndefined();
  });
});

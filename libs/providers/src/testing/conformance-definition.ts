import { readdirSync, readFileSync } from 'node:fs';
import { actionJsonSchema } from '../core/json-schema.js';
import type { Provider } from '../core/provider.js';
import { objectSchemas, undescribed } from './schema-walk.js';

/** Shapes of real tokens: Google access and refresh, GitHub, Dropbox, JWT. */
const tokenShapes =
  /ya29\.|\b1\/\/0[\w-]{10}|\bgh[pousr]_\w{10}|github_pat_|\bsl\.[\w-]{20}|\beyJ[\w-]{10,}\./;

function describeActions(provider: Provider): void {
  const { actions, scopes } = provider;
  describe.each(actions.map((action) => [action.id, action] as const))('%s', (id, action) => {
    it('has an id of the form provider.noun.verb and texts for people', () => {
      expect(id).toMatch(new RegExp(`^${provider.id}\\.[a-z][a-z-]*\\.[a-z][a-z-]*$`));
      expect(action.title.length).toBeLessThanOrEqual(40);
      expect(action.summary).toMatch(/^[A-Z].{20,300}\.$/);
    });

    it('needs declared scopes only, none twice', () => {
      for (const scope of [...action.scopes, ...action.recoverScopes])
        expect(Object.keys(scopes)).toContain(scope);
      const implied = action.scopes.flatMap((scope) => scopes[scope]?.implies ?? []);
      expect(action.scopes.filter((scope) => implied.includes(scope))).toEqual([]);
    });

    it('describes every field', () => {
      const { input, output } = actionJsonSchema(action);
      expect(undescribed(input)).toEqual([]);
      expect(undescribed(output)).toEqual([]);
      expect(JSON.stringify(input).length).toBeLessThan(5000);
    });

    it('takes nothing that it does not know, and has an example that it takes', () => {
      const open = objectSchemas(actionJsonSchema(action).input);
      expect(open.filter(({ node }) => node['additionalProperties'] !== false)).toEqual([]);
      const examples = (action.input.meta()?.['examples'] ?? []) as object[];
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(action.input.safeParse(example).error).toBeUndefined();
        expect(action.input.safeParse({ ...example, access_token: 'x' }).success).toBe(false);
      }
    });

    it('can be recovered if and only if it says how it avoids happening twice', () => {
      expect(action.recover !== undefined).toBe(action.idempotency !== 'none');
      if (action.effect === 'read') expect(action.idempotency).toBe('none');
    });
  });
}

/** Everything that can be judged without a call. */
export function describeDefinition(provider: Provider): void {
  const folder = new URL(`../${provider.id}/`, import.meta.url);

  it('has a kebab-case id and unique actions', () => {
    expect(provider.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(new Set(provider.actions.map(({ id }) => id)).size).toBe(provider.actions.length);
    expect(provider.actions.length).toBeGreaterThan(0);
  });

  it('explains each scope in a sentence and implies declared scopes only', () => {
    for (const { description, implies = [] } of Object.values(provider.scopes)) {
      expect(description).toMatch(/^[A-Z].{15,160}\.$/);
      for (const scope of implies) expect(Object.keys(provider.scopes)).toContain(scope);
    }
  });

  it('has a README that names each scope and each action', () => {
    const readme = readFileSync(new URL('README.md', folder), 'utf8');
    for (const scope of Object.keys(provider.scopes)) expect(readme).toContain(`\`${scope}\``);
    for (const { id } of provider.actions) expect(readme).toContain(`\`${id}\``);
  });

  it('has no fixture with the shape of a token', () => {
    const fixtures = new URL('__fixtures__/', folder);
    const names = readdirSync(fixtures);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(readFileSync(new URL(name, fixtures), 'utf8')).not.toMatch(tokenShapes);
  });

  describeActions(provider);
}

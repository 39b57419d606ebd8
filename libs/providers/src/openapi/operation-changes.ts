import { isSchema, type JsonSchema } from '../core/json-schema.js';
import type { ImportedTool } from '../mcp/imported-tool.js';
import type { ImportedOperation } from './imported-operation.js';

/** Operations of a document and tools of a server alike. */
type Compared = Omit<ImportedOperation, 'method'> & {
  readonly method: string;
} & Partial<Pick<ImportedTool, 'fingerprint' | 'description' | 'hints'>>;

/** One action that an import adds, takes away or changes, with what changes in words. */
export interface OperationChange {
  readonly action: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly details: readonly string[];
}

/** How the actions of a provider change, by name. */
export function operationChanges(before: readonly Compared[], after: readonly Compared[]): OperationChange[] {
  const now = new Map(after.map((operation) => [operation.name, operation]));
  const then = new Map(before.map((operation) => [operation.name, operation]));
  const names = [...new Set([...then.keys(), ...now.keys()])].sort();
  return names.flatMap((action): OperationChange[] => {
    const [old, made] = [then.get(action), now.get(action)];
    if (!made) return [{ action, change: 'removed', details: [] }];
    if (!old) return [{ action, change: 'added', details: [`${made.method} ${made.path}`, made.effect] }];
    const details = detailsOf(old, made);
    return details.length > 0 ? [{ action, change: 'changed', details }] : [];
  });
}

function detailsOf(old: Compared, made: Compared): string[] {
  const facts = (operation: Compared) => ({
    request: `${operation.method} ${operation.path}`,
    effect: operation.effect,
    scopes: operation.scopes.join(' '),
    title: operation.title,
    summary: operation.summary,
    body: operation.body ? `${operation.body.type}${operation.body.isWhole ? ' (whole)' : ''}` : 'none',
    answer: operation.accept ?? 'JSON',
    description: operation.description ?? '',
    hints: operation.hints ?? 'none',
    definition: operation.fingerprint ?? 'none',
    page: operation.page ? `${operation.page.from} → ${operation.page.member}` : 'none',
  });
  const [was, is] = [facts(old), facts(made)];
  const changed = (Object.keys(was) as (keyof typeof was)[]).filter((fact) => was[fact] !== is[fact]);
  return [...changed.map((fact) => `${fact}: ${was[fact]} → ${is[fact]}`), ...memberChanges(old, made)];
}

function memberChanges(old: Compared, made: Compared): string[] {
  const [was, is] = [membersOf(old), membersOf(made)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return names.flatMap((name) => {
    const [one, other] = [was.get(name), is.get(name)];
    if (one === other) return [];
    if (one === undefined) return [`input: ${name} is new${isNeeded(made, name) ? ', and needed' : ''}`];
    if (other === undefined) return [`input: ${name} is gone`];
    const isNewlyNeeded = isNeeded(made, name) && !isNeeded(old, name);
    return [`input: ${name} is another${isNewlyNeeded ? ', and needed now' : ''}`];
  });
}

const isNeeded = ({ input }: Compared, name: string): boolean =>
  ((input['required'] ?? []) as readonly string[]).includes(name);

/** Each member as text that differs where anything about it does. */
function membersOf(operation: Compared): Map<string, string> {
  const { properties } = operation.input;
  const members = Object.entries(isSchema(properties) ? (properties as Record<string, JsonSchema>) : {});
  return new Map(
    members.map(([name, schema]) => [
      name,
      JSON.stringify([schema, operation.places[name], isNeeded(operation, name)]),
    ]),
  );
}

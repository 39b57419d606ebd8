/** The wanted members of an object, each with those of its own. */
interface Wanted {
  readonly members: Map<string, Wanted | 'whole'>;
}

/**
 * A value with the named members alone: `messages.subject` is the member of every item of the list. The whole of what is
 * named stays. A name that leads nowhere is left out.
 */
export function projected(value: unknown, fields: readonly string[]): unknown {
  const wanted: Wanted = { members: new Map() };
  for (const field of fields) want(wanted, field.split('.'));
  return pick(value, wanted);
}

function want({ members }: Wanted, [name = '', ...below]: readonly string[]): void {
  const known = members.get(name);
  if (known === 'whole') return;
  if (below.length === 0) return void members.set(name, 'whole');
  const wanted = known ?? { members: new Map() };
  members.set(name, wanted);
  want(wanted, below);
}

function pick(value: unknown, wanted: Wanted | 'whole'): unknown {
  if (wanted === 'whole') return value;
  if (Array.isArray(value)) return value.map((item: unknown) => pick(item, wanted));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const below = wanted.members.get(name);
      return below === undefined ? [] : [[name, pick(member, below)]];
    }),
  );
}

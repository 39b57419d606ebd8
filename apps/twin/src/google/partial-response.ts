/** A parsed `fields` parameter: field name to what is wanted below it (empty = all). */
type FieldTree = Map<string, FieldTree>;

/** Keeps only what Google's `fields` parameter names, e.g. `files(id,name),nextPageToken`. */
export function partialResponse(body: unknown, fields: string | undefined): unknown {
  if (!fields || fields === '*') return body;
  return pick(body, parse(fields));
}

function parse(fields: string): FieldTree {
  const tree: FieldTree = new Map();
  for (const part of splitTopLevel(fields)) {
    const match = /^([^(/]+)(?:\/(.+)|\((.*)\))?$/s.exec(part.trim());
    if (!match?.[1]) continue;
    const below = match[2] ?? match[3];
    const child = tree.get(match[1]) ?? new Map<string, FieldTree>();
    for (const [name, subtree] of below === undefined ? [] : parse(below)) child.set(name, subtree);
    tree.set(match[1], child);
  }
  return tree;
}

function splitTopLevel(fields: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of fields) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else {
      part += char;
    }
  }
  return [...parts, part];
}

function pick(value: unknown, tree: FieldTree): unknown {
  if (tree.size === 0 || tree.has('*') || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, tree));
  const picked: Record<string, unknown> = {};
  for (const [name, below] of tree) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined) picked[name] = pick(field, below);
  }
  return picked;
}

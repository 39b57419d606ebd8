type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at a path such as `start.dateTime`; lists are one value. */
export function valueAt(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const name of path.split('.')) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** A copy without the members at these paths. */
export function without(value: unknown, paths: readonly string[]): unknown {
  if (!isObject(value) || paths.length === 0) return value;
  const kept = Object.entries(value).filter(([name]) => !paths.includes(name));
  const rest = kept.map(([name, member]) => {
    const below = paths.filter((path) => path.startsWith(`${name}.`));
    return [
      name,
      without(
        member,
        below.map((path) => path.slice(name.length + 1)),
      ),
    ] as const;
  });
  return Object.fromEntries(rest);
}

/** Paths of the members that differ between two values, in the order of their names. */
export function changedPaths(before: unknown, after: unknown, at = ''): string[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) =>
      changedPaths(before[name], after[name], at === '' ? name : `${at}.${name}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [at];
}

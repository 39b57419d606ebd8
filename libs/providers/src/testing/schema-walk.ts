type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const children = (node: Node): Node[] =>
  [
    node['items'],
    ...['anyOf', 'oneOf', 'allOf'].flatMap((key) => (node[key] as unknown[] | undefined) ?? []),
  ].filter(isNode);

/** Every object schema inside, itself included, with the path that leads to it. */
export function objectSchemas(node: Node, path = ''): { path: string; node: Node }[] {
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, Node>);
  return [
    ...(node['type'] === 'object' ? [{ path, node }] : []),
    ...properties.flatMap(([name, property]) => objectSchemas(property, `${path}/${name}`)),
    ...children(node).flatMap((child) => objectSchemas(child, path)),
  ];
}

/** Paths of the properties that say nothing about themselves. */
export function undescribed(schema: Node): string[] {
  return objectSchemas(schema).flatMap(({ path, node }) =>
    Object.entries((node['properties'] ?? {}) as Record<string, Node>)
      .filter(([, property]) => !property['description'])
      .map(([name]) => `${path}/${name}`),
  );
}

/** Shorter ones are read as they are. */
const SHORTEST_FILE = 1_000;

/** A file inside an output, as base64. */
export interface FileInOutput {
  /** Where it is: `file.base64`. */
  readonly path: string;
  readonly characters: number;
}

/** Whether a member of an output holds the bytes of a file: all of our actions name such members so. */
export function holdsFile(path: string): boolean {
  return /base64$/i.test(path);
}

/** An output whose files are named instead of shown: base64 tells a model nothing, and is long. */
export function withoutFiles(output: unknown): {
  readonly value: unknown;
  readonly files: readonly FileInOutput[];
} {
  const files: FileInOutput[] = [];
  return { value: walk(output, '', files), files };
}

function walk(value: unknown, path: string, files: FileInOutput[]): unknown {
  if (typeof value === 'string') {
    if (!holdsFile(path) || value.length < SHORTEST_FILE) return value;
    files.push({ path, characters: value.length });
    return `(a file, ${value.length} characters of base64)`;
  }
  if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`, files));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      walk(member, path ? `${path}.${name}` : name, files),
    ]),
  );
}

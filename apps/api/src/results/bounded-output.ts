/** A value that fits a budget, and what was left out for it. */
export interface BoundedOutput {
  readonly value: unknown;
  /** One line for each part that was cut: `messages: the first 12 of 50`. */
  readonly cuts: readonly string[];
}

/**
 * Cuts a JSON value to about so many bytes: lists end at a whole item, and only texts and lists are cut, the longest
 * first. The same value is always cut in the same way.
 */
export function boundOutput(value: unknown, bytes: number): BoundedOutput {
  const cuts: string[] = [];
  return { value: fitted(value, bytes, { path: '', cuts, sizes: new WeakMap() }), cuts };
}

/** The sizes of objects and lists that were measured: each is asked for again at every level above it. */
type Sizes = WeakMap<object, number>;

/** The bytes of a value as JSON; 0 for what JSON leaves out. */
function sizeOf(value: unknown, sizes: Sizes): number {
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(JSON.stringify(value) ?? '');
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = Array.isArray(value)
    ? value.reduce<number>((sum, item) => sum + (sizeOf(item, sizes) || 4) + 1, 1) +
      (value.length === 0 ? 1 : 0)
    : sizeOfMembers(value, sizes);
  sizes.set(value, size);
  return size;
}

function sizeOfMembers(value: object, sizes: Sizes): number {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const size = members.reduce(
    (sum, [name, member]) => sum + sizeOf(name, sizes) + sizeOf(member, sizes) + 2,
    1,
  );
  return size + (members.length === 0 ? 1 : 0);
}

interface Place {
  readonly path: string;
  readonly cuts: string[];
  readonly sizes: Sizes;
}

function fitted(value: unknown, bytes: number, place: Place): unknown {
  if (sizeOf(value, place.sizes) <= bytes) return value;
  if (typeof value === 'string') return fittedText(value, bytes, place);
  if (Array.isArray(value)) return fittedList(value, bytes, place);
  return typeof value === 'object' && value !== null ? fittedObject(value, bytes, place) : value;
}

function fittedText(text: string, bytes: number, { path, cuts, sizes }: Place): string {
  // A character takes six bytes of JSON at most (`\u0000`), so the first estimate may be short and never too long.
  const kept = Buffer.from(text)
    .subarray(0, Math.max(0, Math.floor((bytes - 5) * (Buffer.byteLength(text) / sizeOf(text, sizes)))))
    .toString()
    .replace(/\uFFFD{1,3}$/u, '');
  cuts.push(`${path || 'text'}: the first ${kept.length} of ${text.length} characters`);
  return `${kept}…`;
}

function fittedList(items: readonly unknown[], bytes: number, { path, cuts, sizes }: Place): unknown[] {
  let left = bytes - 2;
  const kept: unknown[] = [];
  for (const item of items) {
    left -= sizeOf(item, sizes) + 1;
    if (left < 0) break;
    kept.push(item);
  }
  // One item that is too long alone is cut itself: a list of none would say that there is nothing.
  if (kept.length === 0 && bytes > 100)
    kept.push(fitted(items[0], bytes - 2, { path: `${path || 'items'}[0]`, cuts, sizes }));
  if (kept.length < items.length)
    cuts.push(`${path || 'items'}: the first ${kept.length} of ${items.length}`);
  return kept;
}

function fittedObject(value: object, bytes: number, { path, cuts, sizes }: Place): object {
  const members = Object.entries(value).map(([name, member]) => ({
    name,
    member,
    size: sizeOf(member, sizes),
  }));
  let left = bytes - 2 - members.reduce((sum, { name }) => sum + sizeOf(name, sizes) + 2, 0);
  const shares = new Map<string, number>();
  const bySize = members.toSorted((a, b) => a.size - b.size);
  for (const [index, { name, size }] of bySize.entries()) {
    const share = Math.min(size, Math.max(0, Math.floor(left / (bySize.length - index))));
    shares.set(name, share);
    left -= share;
  }
  return Object.fromEntries(
    members.map(({ name, member }) => [
      name,
      fitted(member, shares.get(name) ?? 0, { path: path ? `${path}.${name}` : name, cuts, sizes }),
    ]),
  );
}

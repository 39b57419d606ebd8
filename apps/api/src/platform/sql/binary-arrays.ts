/** Types of elements by their names in SQL, with their ids in `pg_type`. */
const TYPES = { text: 25, int: 23, bytea: 17 } as const;

/** An array of one of these types; what is `null` or absent is NULL. */
export interface Column {
  readonly type: keyof typeof TYPES;
  readonly values: readonly (string | number | Uint8Array | null | undefined)[];
}

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
/** UTF-8 takes at most so much for each UTF-16 code unit. */
const BYTES_OF_UNIT = 3;

/**
 * Arrays as parameters, in PostgreSQL's binary format (`array_send` in its source): there is nothing to escape for us
 * and nothing to parse for the database. One that holds nothing but NULL becomes NULL itself, which gives the same when
 * it is asked for an element. `text` must not contain NUL.
 */
export function binaryArrays(columns: readonly Column[]): (Buffer | null)[] {
  const bytes = Buffer.allocUnsafe(columns.reduce((sum, column) => sum + mostBytes(column), 0));
  let end = 0;
  return columns.map((column) => {
    const start = end;
    end = write(bytes, start, column);
    return end === start ? null : bytes.subarray(start, end);
  });
}

function mostBytes({ values }: Column): number {
  let most = HEADER_BYTES;
  for (const value of values) {
    most += LENGTH_BYTES;
    if (typeof value === 'string') most += value.length * BYTES_OF_UNIT;
    else if (typeof value === 'number') most += 4;
    else most += value?.length ?? 0;
  }
  return most;
}

/** @returns where it ends; where it started, when there is nothing but NULL */
function write(bytes: Buffer, start: number, { type, values }: Column): number {
  let nulls = 0;
  let end = start + HEADER_BYTES;
  for (const value of values) {
    const at = end + LENGTH_BYTES;
    if (value === null || value === undefined) {
      nulls++;
      bytes.writeInt32BE(-1, end);
      end = at;
      continue;
    }
    const length = writeValue(bytes, at, value);
    bytes.writeInt32BE(length, end);
    end = at + length;
  }
  if (nulls === values.length) return start;
  const [dimensions, hasNulls, lowerBound] = [1, nulls > 0 ? 1 : 0, 1];
  bytes.writeInt32BE(dimensions, start);
  bytes.writeInt32BE(hasNulls, start + 4);
  bytes.writeInt32BE(TYPES[type], start + 8);
  bytes.writeInt32BE(values.length, start + 12);
  bytes.writeInt32BE(lowerBound, start + 16);
  return end;
}

function writeValue(bytes: Buffer, at: number, value: string | number | Uint8Array): number {
  if (typeof value === 'string') return bytes.write(value, at, 'utf8');
  if (typeof value === 'number') return bytes.writeInt32BE(value, at) - at;
  bytes.set(value, at);
  return value.length;
}

import {
  folded,
  foldedMembers,
  strictJson,
  UnreadableRequest,
  valuesAt,
  type Folded,
} from './json-members.js';

/** The beginning of a body, or all of it. */
export interface PeekedBody {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;\s*charset="?utf-?8"?\s*)?(;[^,]*)?$/i;

/** The query, headers and body of a request, for the rules that look at them. */
export class SentRequest {
  private readonly query: ReadonlyMap<string, readonly (readonly [string, string])[]>;

  constructor(
    readonly path: string,
    search: URLSearchParams,
    private readonly headers: Headers,
    private readonly body: PeekedBody | undefined,
  ) {
    this.query = Map.groupBy(search, ([name]) => folded(name));
  }

  get hasQuery(): boolean {
    return this.query.size > 0;
  }

  /** Every value of this parameter, however its name is written. */
  queryValues(name: string): readonly string[] {
    return (this.query.get(folded(name)) ?? []).map(([, value]) => value);
  }

  /** Media type, in small letters. */
  get contentType(): string {
    const header = this.headers['content-type'];
    return (typeof header === 'string' ? header : '').trim().toLowerCase();
  }

  get contentTypeHeader(): string {
    const header = this.headers['content-type'];
    return typeof header === 'string' ? header : '';
  }

  /**
   * Every value at this place of the body, and of the query where the place is one name: some servers take both for the
   * same.
   * @throws UnreadableRequest
   */
  values(place: string): readonly Folded[] {
    return [...this.queryValues(place), ...valuesAt(this.members(), place.split('.'))];
  }

  /** The first names of the body's members, folded. @throws UnreadableRequest */
  names(): readonly string[] {
    return [...(this.members()?.keys() ?? [])];
  }

  /** The body as it was written. @throws UnreadableRequest */
  json(): unknown {
    const bytes = this.bytes();
    if (bytes === undefined) return undefined;
    if (!JSON_TYPE.test(this.contentType)) throw new UnreadableRequest('comes in another type than JSON');
    if (!this.body?.isWhole) throw new UnreadableRequest('is too long to be judged');
    return strictJson(bytes);
  }

  /**
   * The bytes of the body, if there are any.
   * @throws UnreadableRequest when it is compressed
   */
  bytes(): Uint8Array | undefined {
    if (!this.body || (this.body.isWhole && this.body.bytes.length === 0)) return undefined;
    const encoding = this.headers['content-encoding'] ?? 'identity';
    if (typeof encoding !== 'string' || !/^\s*identity\s*$/i.test(encoding))
      throw new UnreadableRequest('is compressed');
    return this.body.bytes;
  }

  get isWhole(): boolean {
    return this.body?.isWhole ?? true;
  }

  private read: { readonly members: ReadonlyMap<string, Folded> | undefined } | undefined;

  private members(): ReadonlyMap<string, Folded> | undefined {
    this.read ??= { members: this.readMembers() };
    return this.read.members;
  }

  private readMembers(): ReadonlyMap<string, Folded> | undefined {
    if (this.path.toLowerCase().startsWith('/upload/')) {
      const kinds = [...this.queryValues('uploadType'), ...this.queryValues('upload_protocol')];
      // The body is the content alone.
      if (kinds.length === 1 && kinds[0] === 'media') return undefined;
      if (this.contentType.startsWith('multipart/'))
        return foldedMembers(strictJson(this.parts()[0]?.content ?? new Uint8Array()));
    }
    const value = this.json();
    return value === undefined ? undefined : foldedMembers(value);
  }

  /**
   * The first two parts of a `multipart/related` body: the metadata and the content.
   * @throws UnreadableRequest
   */
  parts(): readonly { readonly type: string; readonly content: Uint8Array; readonly isWhole: boolean }[] {
    const bytes = Buffer.from(this.bytes() ?? []);
    const boundary = /;\s*boundary=(?:"([^"\\]+)"|([^\s";]+))/i.exec(this.contentTypeHeader);
    const mark = boundary?.[1] ?? boundary?.[2];
    if (
      !this.contentType.startsWith('multipart/related') ||
      mark === undefined ||
      (this.contentType.match(/boundary/g)?.length ?? 0) > 1
    )
      throw new UnreadableRequest('comes in parts that cannot be told apart');
    const pieces = splitParts(bytes, Buffer.from(`--${mark}`));
    const parts = pieces
      .slice(0, 2)
      .map((piece, index) => ({ ...partOf(piece), isWhole: index < pieces.length - 1 }));
    if (!parts[0]?.isWhole || !JSON_TYPE.test(parts[0].type))
      throw new UnreadableRequest('does not begin with a description in JSON');
    return parts;
  }
}

/** The pieces between the boundaries; the last one is the text after the last boundary. */
function splitParts(bytes: Buffer, mark: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let at = bytes.indexOf(mark);
  if (at !== 0 && bytes.subarray(0, at).toString('latin1').trim() !== '') return [];
  while (at !== -1) {
    const from = at + mark.length;
    const next = bytes.indexOf(Buffer.concat([Buffer.from('\n'), mark]), from);
    pieces.push(bytes.subarray(from, next === -1 ? bytes.length : next));
    at = next === -1 ? -1 : next + 1;
  }
  return pieces;
}

function partOf(piece: Buffer): { type: string; content: Buffer } {
  const text = piece.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) throw new UnreadableRequest('has a part without an end of its headers');
  const headers = text
    .slice(0, end.index)
    .split(/\r?\n(?![ \t])/)
    .slice(1);
  const named = (name: string) =>
    headers
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim());
  const [type = '', ...more] = named('content-type');
  const encodings = named('content-transfer-encoding').filter(
    (encoding) => !/^(7bit|8bit|binary)$/i.test(encoding),
  );
  if (more.length > 0 || encodings.length > 0 || named('content-encoding').length > 0)
    throw new UnreadableRequest('has a part in another encoding');
  return { type: type.toLowerCase(), content: piece.subarray(end.index + end[0].length) };
}

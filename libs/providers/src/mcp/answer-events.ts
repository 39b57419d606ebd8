import { jsonExcess, type JsonBounds } from '../core/json-bounds.js';

/** The end of reading an answer to one message: the response has come, or the server asks for something itself. */
export type AnswerEnd = { readonly answer: unknown } | { readonly asked: Asked } | { readonly excess: true };

/** A request of the server's own. */
interface Asked {
  readonly method: string;
  readonly params?: unknown;
}

/** Ends of events, of which one may be spread over two parts. */
const END = /\r\n\r\n|\n\n|\r\r/;
const LONGEST_END = 4;

/**
 * Looks for the answer to a message in a stream of events (`text/event-stream`) as its bytes come. Servers may keep the
 * stream open after it; nothing behind it is read.
 */
export class AnswerEvents {
  private rest: string[] = [];
  private tail = '';
  private readonly decoder = new TextDecoder();
  end: AnswerEnd | undefined;

  constructor(
    private readonly id: unknown,
    private readonly bounds: JsonBounds,
  ) {}

  /** @returns whether enough has come */
  take(chunk: Uint8Array): boolean {
    const text = this.decoder.decode(chunk, { stream: true });
    this.rest.push(text);
    const seam = this.tail + text;
    this.tail = seam.slice(-LONGEST_END);
    if (!END.test(seam)) return false;
    const events = this.rest.join('').split(END);
    this.rest = [events.pop() ?? ''];
    this.end ??= events.map((event) => this.read(event)).find((end) => end !== undefined);
    return this.end !== undefined;
  }

  private read(event: string): AnswerEnd | undefined {
    const data = event
      .split(/\r\n|\r|\n/)
      .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
      .join('\n');
    if (data === '') return undefined;
    if (jsonExcess(Buffer.from(data), this.bounds)) return { excess: true };
    const message = parsed(data);
    if (!message) return undefined;
    const { id, method, params } = message;
    if (typeof method === 'string') return id === undefined ? undefined : { asked: { method, params } };
    return id === this.id ? { answer: message } : undefined;
  }
}

/** A message; `undefined` for what is none. */
export function parsed(text: string): Partial<Record<'id' | 'method' | 'params', unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

import { discardBody } from '../../platform/index.js';
import type { CheckpointRecord } from '../checkpoint.js';
import type { Anchor } from './anchor.js';
import { codeOf, OutsideError } from './outside-error.js';

const PATIENCE_MS = 10_000;

/** `https://…`: each checkpoint is posted as a note; any 2xx says that it is stored. It is signed, so it needs no secret. */
export class WebhookAnchor implements Anchor {
  readonly name: string;

  constructor(private readonly url: URL) {
    this.name = `${url.origin}${url.pathname}`;
  }

  async put(records: readonly CheckpointRecord[]): Promise<void> {
    for (const { note } of records) await this.post(note);
  }

  async read(): Promise<string[]> {
    throw new OutsideError('a webhook cannot be asked; give the file that its receiver wrote');
  }

  async newest(): Promise<string[]> {
    return [];
  }

  private async post(note: string): Promise<void> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'user-agent': 'valetkey' },
      body: note,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch((error: unknown) => {
      throw new OutsideError(`it does not answer (${codeOf(error)})`);
    });
    discardBody(response.body);
    if (!response.ok) throw new OutsideError(`it answers ${response.status}`);
  }
}

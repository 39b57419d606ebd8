/** Sends token sets to the server, as many at once as it takes. */
import { callServer, Failure } from '../running-server.ts';
import type { TokenSet } from './sources.ts';

/** A token set with the line that it came from. */
export interface Read {
  readonly number: number;
  readonly name: string | undefined;
  readonly tokenSet: TokenSet;
}

/** The outcome of a line. */
export interface Outcome {
  readonly line: number;
  readonly name?: string | undefined;
  readonly outcome: 'created' | 'updated' | 'kept' | 'would_be_sent' | 'left';
  readonly connectionId?: string | undefined;
  readonly why?: string | undefined;
}

interface Answer {
  readonly data: readonly {
    readonly outcome: 'created' | 'updated' | 'kept' | 'failed';
    readonly connectionId?: string;
    readonly code?: string;
    readonly detail?: string;
  }[];
}

/**
 * Imports token sets. The server judges a request as a whole: when it refuses one, each half is sent by itself, until it
 * is known which line it was.
 * @throws Failure when the server does not answer, or does not let us in
 */
export async function importAll(batch: readonly Read[]): Promise<Outcome[]> {
  if (batch.length === 0) return [];
  try {
    const tokenSets = batch.map(({ tokenSet }) => tokenSet);
    const { data } = await callServer<Answer>('POST', '/v1/connections/import', { tokenSets });
    return batch.map(({ number: line, name }, index) => {
      const { outcome = 'failed', connectionId, code, detail } = data[index] ?? {};
      if (outcome === 'failed')
        return { line, name, outcome: 'left', why: `${detail ?? 'was refused'} (${code ?? 'unknown'})` };
      return { line, name, outcome, connectionId };
    });
  } catch (error) {
    if (!(error instanceof Failure) || (error.status !== 400 && error.status !== 413)) throw error;
    const [only] = batch;
    if (only && batch.length === 1)
      return [{ line: only.number, name: only.name, outcome: 'left', why: error.message }];
    const half = Math.ceil(batch.length / 2);
    return [...(await importAll(batch.slice(0, half))), ...(await importAll(batch.slice(half)))];
  }
}

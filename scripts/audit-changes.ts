/** The commands of `npm run audit` that change the log: a running server does it, and signs that it did. */
import { parseArgs } from 'node:util';
import { callServer, Failure, followServer } from './running-server.ts';

interface Erasure {
  readonly id: string;
  readonly status: 'running' | 'waiting' | 'finished';
  readonly erased: number;
}

interface Trim {
  readonly id: string;
  readonly status: 'running' | 'finished';
  readonly throughSeq: number;
  readonly events: number;
  readonly before: string;
}

/** `erase --user ID`: has the log forget a user, and waits until all that is there is erased. */
export async function erase(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { user: { type: 'string' } } });
  if (!values.user) throw new Failure('say whom: --user ID');
  const { id } = await callServer<Erasure>('POST', '/v1/operator/audit-erasures', { userId: values.user });
  const { status } = await followServer(
    () => callServer<Erasure>('GET', `/v1/operator/audit-erasures/${id}`),
    ({ erased }) => `${erased.toLocaleString('en')} events erased`,
    (erasure) => erasure.status !== 'running',
  );
  if (status === 'waiting')
    console.log(
      'Erased. The server looks again every minute until nothing more comes, such as the revocation of a token.',
    );
}

/** `trim --before DATE`: lets go of the months that had ended by then. */
export async function trim(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { before: { type: 'string' } } });
  if (!values.before) throw new Failure('say up to when: --before DATE, such as 2026-01-01');
  const begun = await callServer<Trim>('POST', '/v1/operator/audit-trims', { before: values.before });
  const ended = await followServer(
    () => callServer<Trim>('GET', `/v1/operator/audit-trims/${begun.id}`),
    ({ events, before }) => `${events.toLocaleString('en')} events from before ${before.slice(0, 10)}`,
    ({ status }) => status === 'finished',
  );
  console.log(`They are gone; the log begins at row ${ended.throughSeq + 1}, under a signature.`);
}

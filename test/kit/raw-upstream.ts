import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that answers with bytes as they are written here, whether they are HTTP or not. */
export interface RawUpstream {
  readonly url: string;
  close(): void;
}

/** Answers each request with what `answer` makes of its path. */
export async function startRawUpstream(answer: (path: string, socket: Socket) => void): Promise<RawUpstream> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const [, path] = /^[A-Z]+ (\S+) HTTP/.exec(chunk.toString('latin1')) ?? [];
      if (path !== undefined) answer(path, socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

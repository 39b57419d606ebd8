/** The conformance suite sends no credential: this passes its requests on with one, and nothing else changed. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens for a server at `target`. @param headers sent with each request */
export async function startFront(
  target: () => string,
  headers: () => Readonly<Record<string, string>>,
): Promise<Front> {
  const server = createServer((incoming, answer) => {
    const { method, url = '/' } = incoming;
    const onward = request(
      new URL(url, target()),
      { method, headers: { ...incoming.headers, ...headers() }, setHost: false },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.once('error', () => answer.destroy());
    answer.once('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

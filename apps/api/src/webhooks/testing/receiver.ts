import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as a receiver got it. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- judged by the specs
  readonly json: any;
}

/** How a receiver answers; `never` leaves the request without an answer. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'never';

/** A calling app's receiver over HTTP, which keeps what it is sent and answers as a spec says. */
export class Receiver {
  readonly received: Received[] = [];
  /** The answers to the next requests; then `reply`. */
  replies: Reply[] = [];
  reply: Reply = { status: 204 };

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        receiver.received.push({ headers: request.headers as never, body, json: JSON.parse(body) });
        const reply = receiver.replies.shift() ?? receiver.reply;
        if (reply !== 'never') response.writeHead(reply.status, reply.headers).end(reply.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
  }

  get types(): string[] {
    return this.received.map(({ json }) => json.type as string);
  }

  /** Breaks off the requests that have no answer. */
  drop(): void {
    this.server.closeAllConnections();
  }

  clear(): void {
    this.received.length = 0;
    this.replies = [];
    this.reply = { status: 204 };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

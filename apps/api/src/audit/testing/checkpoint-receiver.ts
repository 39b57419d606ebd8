import { appendFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody outside who is sent checkpoints and writes each into a file, a line each, before saying so. */
export class CheckpointReceiver {
  /** While it is set, nothing is written: a status to answer with, or `hang up`. */
  outage: number | 'hang up' | undefined;

  private constructor(
    private readonly server: Server,
    readonly file: string,
  ) {}

  static async start(file: string): Promise<CheckpointReceiver> {
    const server = createServer();
    const receiver = new CheckpointReceiver(server, file);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { outage } = receiver;
        if (outage === 'hang up') return void request.socket.destroy();
        if (outage === undefined) appendFileSync(file, `${Buffer.concat(chunks).toString()}\n`);
        response.writeHead(outage ?? 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/checkpoints?token=of-the-receiver`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

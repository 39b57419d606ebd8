import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  cosign,
  TrustedKeys,
  verifierKey,
  verifyConsistency,
  type Checkpoint,
  type NoteKey,
} from '@valetkey/audit-log';

type Answer = readonly [status: number, body?: string, contentType?: string];

/**
 * A witness (C2SP tlog-witness) of one log: it cosigns a checkpoint that continues the last one it has cosigned.
 * Reads requests by itself, so that what we send is what the specification says.
 */
export class TestWitness {
  /** The newest tree that it has cosigned. */
  latest: Pick<Checkpoint, 'size' | 'root'> | undefined;
  /** Instead of all this: an answer, or `hang up`. */
  instead: Answer | 'hang up' | undefined;
  /** Old sizes as they were asked for. */
  readonly asked: number[] = [];
  readonly key: NoteKey;
  private readonly pair = generateKeyPairSync('ed25519');

  private constructor(
    private readonly server: Server,
    name: string,
    private readonly log: () => Promise<{ readonly origin: string; readonly keys: TrustedKeys }>,
  ) {
    this.key = { name, type: 'cosignature', publicKey: this.pair.publicKey };
  }

  static async start(name: string, log: TestWitness['log']): Promise<TestWitness> {
    const server = createServer();
    const witness = new TestWitness(server, name, log);
    server.on('request', (request, response) => void witness.respond(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return witness;
  }

  /** As an entry of VALETKEY_AUDIT_WITNESSES. */
  get setting() {
    const { port } = this.server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/submit/`, key: verifierKey(this.key) };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (this.instead === 'hang up') return void request.socket.destroy();
    const isCall = request.method === 'POST' && request.url === '/submit/add-checkpoint';
    const [status, text = '', type = 'text/plain'] =
      this.instead ?? (isCall ? await this.addCheckpoint(body) : ([404] as const));
    response.writeHead(status, { 'content-type': type }).end(text);
  }

  private async addCheckpoint(body: string): Promise<Answer> {
    const cut = body.indexOf('\n\n');
    const [first = '', ...proof] = body.slice(0, cut).split('\n');
    const note = body.slice(cut + 2);
    const old = /^old (\d+)$/.exec(first)?.[1];
    if (cut < 0 || old === undefined || proof.length > 63) return [400];
    this.asked.push(Number(old));
    const { origin, keys } = await this.log();
    if (!note.startsWith(`${origin}\n`)) return [404];
    const checkpoint = keys.checkpoint(note);
    if (!checkpoint) return [403];
    const hashes = proof.map((line) => Buffer.from(line, 'base64'));
    const refusal = this.refusal(Number(old), checkpoint, hashes);
    if (refusal) return refusal;
    this.latest = checkpoint;
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    return [200, cosign(text, this.key, this.pair.privateKey, Math.floor(Date.now() / 1000))];
  }

  private refusal(old: number, checkpoint: Checkpoint, proof: readonly Buffer[]): Answer | undefined {
    const { latest } = this;
    const known = latest?.size ?? 0;
    if (old > checkpoint.size) return [400];
    if (old !== known) return [409, `${known}\n`, 'text/x.tlog.size'];
    if (!latest) return proof.length > 0 ? [422] : undefined;
    if (known === checkpoint.size) return latest.root.equals(checkpoint.root) ? undefined : [409];
    return verifyConsistency(latest, checkpoint, proof) ? undefined : [422];
  }
}

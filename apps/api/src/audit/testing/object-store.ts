import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Keys in a listing: few, so that a spec sees more than one page. */
const PAGE = 2;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Said {
  readonly status: number;
  readonly body?: string;
}

const refusal = (status: number, code: string): Said => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
});

/**
 * The part of an S3 object store that an anchor needs: conditional put, get, list. Every request must be signed with
 * the one pair of credentials it knows; the signature is computed again from the request as it arrived.
 */
export class ObjectStore {
  readonly objects = new Map<string, string>();
  /** While it is set, every request is answered with this status. */
  outage: number | undefined;
  requests = 0;

  private constructor(
    private readonly server: Server,
    private readonly credentials: Credentials,
  ) {}

  static async start(credentials: Credentials): Promise<ObjectStore> {
    const server = createServer();
    const store = new ObjectStore(server, credentials);
    server.on('request', (request, response) => {
      store.requests++;
      void bodyOf(request).then((body) => {
        const { status, body: said = '' } = store.answer(request, body);
        response.writeHead(status, { 'content-type': 'application/xml' }).end(said);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  /** The address of an anchor in it. */
  address(bucketAndPrefix: string): string {
    const endpoint = encodeURIComponent(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
    return `s3://${bucketAndPrefix}?region=eu-spec-1&endpoint=${endpoint}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, body: Buffer): Said {
    if (this.outage !== undefined) return refusal(this.outage, 'ServiceUnavailable');
    const refused = refusedSignature(request, body, this.credentials);
    if (refused !== undefined) return refusal(403, refused);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://store');
    if (searchParams.get('list-type') === '2') return this.list(pathname, searchParams);
    const key = pathname.slice(1);
    const known = this.objects.get(key);
    if (request.method === 'GET')
      return known === undefined ? refusal(404, 'NoSuchKey') : { status: 200, body: known };
    if (request.headers['if-none-match'] === '*' && known !== undefined)
      return refusal(412, 'PreconditionFailed');
    this.objects.set(key, body.toString());
    return { status: 200 };
  }

  private list(pathname: string, query: URLSearchParams): Said {
    const bucket = pathname.slice(1).replace(/\/$/, '');
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(`${bucket}/${query.get('prefix') ?? ''}`))
      .map((key) => key.slice(bucket.length + 1))
      .filter((key) => key > after)
      .sort();
    const page = keys.slice(0, PAGE);
    const more = keys.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    const result = `<IsTruncated>${keys.length > PAGE}</IsTruncated>${more}${contents}`;
    return { status: 200, body: `<ListBucketResult>${result}</ListBucketResult>` };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * The fault of a request's signature, in the store's words: AWS Signature Version 4,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function refusedSignature(
  { method, url = '', headers }: IncomingMessage,
  body: Buffer,
  { accessKeyId, secretAccessKey }: Credentials,
): string | undefined {
  const [, keyId, scope = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (signature === undefined) return 'AccessDenied';
  if (keyId !== accessKeyId) return 'InvalidAccessKeyId';
  const payloadHash = String(headers['x-amz-content-sha256']);
  if (payloadHash !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const [path, query = ''] = url.split('?');
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, query.split('&').sort().join('&'), signed.join(''), names, payloadHash];
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical.join('\n'))].join('\n');
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  const key = [region, service, end].reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, date));
  return hmac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}

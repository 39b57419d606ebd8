import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** Stands where Drive's API would be and tells what reached it. */
export interface Upstream {
  readonly received: {
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly bytes: number;
    /** Of the body, in hexadecimal. */
    readonly sha256: string;
  }[];
  readonly url: string;
  close(): void;
}

export async function startUpstream(): Promise<Upstream> {
  const received: Upstream['received'] = [];
  const server: Server = createServer((incoming, outgoing) => {
    let bytes = 0;
    const hash = createHash('sha256');
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      hash.update(chunk);
    });
    if (incoming.url?.includes('/cut')) incoming.once('data', () => incoming.socket.destroy());
    incoming.on('end', () => {
      const sha256 = hash.digest('hex');
      received.push({ url: incoming.url ?? '', headers: incoming.headers, bytes, sha256 });
      if (/[/=]echo/.test(incoming.url ?? '')) {
        echo(incoming, outgoing, `http://${incoming.headers.host ?? ''}/drive/v3`);
      } else if (incoming.url?.includes('/redirect')) {
        outgoing
          .writeHead(302, { location: 'http://169.254.169.254/latest/meta-data', 'set-cookie': 'a=b' })
          .end();
      } else if (incoming.url?.includes('/slow')) {
        outgoing.write('first');
        setTimeout(() => outgoing.end('last'), 1_000);
      } else {
        outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<script>1</script>');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { received, url: `http://127.0.0.1:${port}/drive/v3`, close: () => server.close() };
}

/** Shows the credential that it got in every way that servers do. */
function echo(incoming: IncomingMessage, outgoing: ServerResponse, ownUrl: string): void {
  const { href, searchParams } = new URL(incoming.url ?? '', 'http://x');
  const sent = incoming.headers.authorization ?? '';
  const token = sent.replace('Bearer ', '');
  const page = JSON.stringify({
    headers: incoming.rawHeaders,
    url: `?access_token=${encodeURIComponent(token)}`,
    basic: Buffer.from(`user:${token}`).toString('base64'),
    files: [{ id: 'x', name: sent, mimeType: token }],
    error: { code: 403, message: sent, errors: [{ reason: token, message: sent }] },
  });
  const [, status = '200'] = /echo-(\d+)/.exec(href) ?? [];
  outgoing.writeHead(Number(status), {
    'x-your-authorization': sent,
    'www-authenticate': `Bearer realm="${token}"`,
    link: `<${ownUrl}/next?access_token=${token}>; rel="next"`,
    ...(status === '302' ? { location: `${ownUrl}/next?access_token=${token}` } : {}),
    ...(searchParams.has('gzip') ? { 'content-encoding': 'gzip' } : {}),
    'content-type': 'application/json',
  });
  if (searchParams.has('gzip')) outgoing.end(gzipSync(page));
  else if (searchParams.has('pieces')) {
    const cut = page.indexOf(token) + 10;
    outgoing.write(page.slice(0, cut));
    setTimeout(() => outgoing.end(page.slice(cut)), 50);
  } else outgoing.end(page);
}

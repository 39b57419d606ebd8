import { randomBytes } from 'node:crypto';

/** Metadata and content in one body (RFC 2387), behind a boundary that is in neither. */
export function multipartBody(metadata: object, content: Buffer, contentType: string) {
  const json = Buffer.from(JSON.stringify(metadata), 'utf8');
  const boundary = newBoundary([json, content]);
  const head = (type: string) => Buffer.from(`--${boundary}\r\ncontent-type: ${type}\r\n\r\n`, 'latin1');
  const end = Buffer.from('\r\n', 'latin1');
  const body = Buffer.concat([
    head('application/json; charset=UTF-8'),
    json,
    end,
    head(contentType),
    content,
    end,
    Buffer.from(`--${boundary}--\r\n`, 'latin1'),
  ]);
  return { body, contentType: `multipart/related; boundary=${boundary}` };
}

function newBoundary(parts: readonly Buffer[]): string {
  for (;;) {
    const boundary = `valetkey-${randomBytes(16).toString('hex')}`;
    if (!parts.some((part) => part.includes(boundary))) return boundary;
  }
}

import { Readable } from 'node:stream';
import { findProvider, type Provider } from '@valetkey/providers';
import { bytesOf } from './bytes-of.js';
import type { ForwardRequest } from './forwarded-request.js';
import { heldBody, heldRequest, previewOfHeld, proxiedProvider, toHeld } from './held-request.js';

const provider = findProvider('google-drive') as Provider;
const request = (more: Partial<ForwardRequest> = {}): ForwardRequest => ({
  principal: { type: 'agent', id: 'agt_1' },
  userId: 'ada',
  provider: provider.id,
  connectionId: undefined,
  method: 'patch',
  base: undefined,
  target: '/files/f1?fields=id',
  headers: { authorization: 'Bearer x', 'valetkey-user': 'ada', 'if-match': '"1"', cookie: 'a=b' },
  body: { stream: Readable.from([]), contentType: 'application/octet-stream', length: 1 },
  trace: undefined,
  ...more,
});

describe('a request that waits', () => {
  it('is kept with the headers that go on, and with no credential', () => {
    expect(toHeld(request(), provider, Buffer.from('{}'))).toEqual({
      method: 'PATCH',
      target: '/files/f1?fields=id',
      headers: { 'if-match': '"1"' },
      contentType: 'application/octet-stream',
      body: '{}',
      encoding: 'utf8',
    });
  });

  it.each([
    ['text', Buffer.from('Grüße, 世界')],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['text with NUL, which the database does not take', Buffer.from('a\0b')],
    ['nothing', Buffer.alloc(0)],
  ])('is sent byte for byte: %s', async (_, bytes) => {
    const held = heldRequest.parse(JSON.parse(JSON.stringify(toHeld(request(), provider, bytes))));
    expect(JSON.stringify(held)).not.toContain('\\u0000');
    const body = heldBody(held);
    expect(body && [await bytesOf(body.stream), body.length]).toEqual([bytes, bytes.length]);
  });

  it('has no body where there was none', () => {
    const held = toHeld(request({ body: undefined, method: 'DELETE' }), provider, undefined);
    expect([heldBody(held), previewOfHeld(provider, held)]).toEqual([
      undefined,
      `Send DELETE /files/f1?fields=id to ${provider.displayName}.`,
    ]);
  });

  it('is told from an action by its id', () => {
    expect([proxiedProvider('google-drive.proxy')?.id, proxiedProvider('google-drive.files.get')]).toEqual([
      'google-drive',
      undefined,
    ]);
    expect(proxiedProvider('nobody.proxy')).toBeUndefined();
  });
});

import { createHmac, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { SignatureError } from '../errors.js';
import { verifyWebhook, type WebhookMessage } from './verify-webhook.js';

const BODY = '{"type":"task.succeeded","timestamp":"2026-11-30T09:30:00.000Z","data":{"sequence":1}}';
const NOW = 1_796_031_000_000;

/** Keys of one endpoint; what is signed follows the specification, not our code. */
function endpoint() {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { secret, privateKey, publicKey: `whpk_${Buffer.from(x, 'base64url').toString('base64')}` };
}

interface Signing {
  readonly secret?: string;
  readonly privateKey?: KeyObject;
  readonly at?: number;
}

function signed({ secret, privateKey, at = NOW }: Signing, body = BODY) {
  const timestamp = String(Math.floor(at / 1_000));
  const content = Buffer.from(`msg_1.${timestamp}.${body}`);
  const hmac = (key: string) =>
    createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
      .update(content)
      .digest('base64');
  const signatures = [
    secret === undefined ? [] : `v1,${hmac(secret)}`,
    privateKey === undefined ? [] : `v1a,${sign(null, content, privateKey).toString('base64')}`,
  ].flat();
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

const [own, other] = [endpoint(), endpoint()];
const headers = signed(own);
const verify = (message: WebhookMessage, key: string | string[], now = NOW) =>
  verifyWebhook(message, { key, now });

describe('a message of this endpoint', () => {
  it.each([
    ['the secret', own.secret],
    ['the public key', own.publicKey],
    ['several keys, of which the last fits', [other.secret, other.publicKey, own.secret]],
  ])('is read by %s', async (_, key) => {
    await expect(verify({ headers, body: BODY }, key)).resolves.toEqual(JSON.parse(BODY));
  });

  it('is read however body and headers come', async () => {
    const bytes = new TextEncoder().encode(BODY);
    for (const body of [bytes, bytes.buffer, Buffer.from(BODY)])
      for (const some of [headers, new Headers(headers)])
        await expect(verify({ headers: some, body }, own.secret)).resolves.toMatchObject({
          type: 'task.succeeded',
        });
  });

  it('is read when the library of Standard Webhooks signed it', async () => {
    const signature = new Webhook(own.secret).sign('msg_2', new Date(NOW), BODY);
    const others = {
      'webhook-id': 'msg_2',
      'webhook-timestamp': String(NOW / 1_000),
      'webhook-signature': signature,
    };
    await expect(verify({ headers: others, body: BODY }, own.secret)).resolves.toBeTruthy();
  });

  it('is taken five minutes early or late, and not a second more', async () => {
    const message = { headers, body: BODY };
    for (const seconds of [-300, 300])
      await expect(verify(message, own.secret, NOW + seconds * 1_000)).resolves.toBeTruthy();
    for (const seconds of [-301, 301])
      await expect(verify(message, own.secret, NOW + seconds * 1_000)).rejects.toThrow(SignatureError);
    const patient = { key: own.secret, now: NOW + 3_600_000, toleranceSeconds: 4_000 };
    await expect(verifyWebhook(message, patient)).resolves.toBeTruthy();
  });
});

describe('a message that is not of this endpoint', () => {
  const all = [own.secret, own.publicKey];
  const altered = (members: Record<string, string | undefined>) => ({ ...headers, ...members });

  it.each<[string, WebhookMessage]>([
    ['signed by another endpoint', { headers: signed(other), body: BODY }],
    ['another body', { headers, body: `${BODY} ` }],
    ['another id', { headers: altered({ 'webhook-id': 'msg_2' }), body: BODY }],
    ['another time', { headers: altered({ 'webhook-timestamp': String(NOW / 1_000 + 1) }), body: BODY }],
    ['a time that is none', { headers: altered({ 'webhook-timestamp': 'NaN' }), body: BODY }],
    ['no time', { headers: altered({ 'webhook-timestamp': undefined }), body: BODY }],
    ['no signature', { headers: altered({ 'webhook-signature': '' }), body: BODY }],
    ['an empty signature', { headers: altered({ 'webhook-signature': 'v1, v1a,' }), body: BODY }],
    ['a signature that is no base64', { headers: altered({ 'webhook-signature': 'v1,*' }), body: BODY }],
    [
      'the signature of the secret, said to be of the public key',
      {
        headers: altered({
          'webhook-signature': signed({ secret: own.secret })['webhook-signature'].replace('v1,', 'v1a,'),
        }),
        body: BODY,
      },
    ],
    [
      'the right signature behind thousands of others',
      {
        headers: altered({
          'webhook-signature': `${'v1,AAAA '.repeat(5_000)}${headers['webhook-signature']}`,
        }),
        body: BODY,
      },
    ],
  ])('is refused: %s', async (_, message) => {
    await expect(verify(message, all)).rejects.toThrow(SignatureError);
  });

  it.each(['', 'whsec_', 'whpk_*', Buffer.from('secret').toString('base64')])(
    'is not judged by %j, which is no key',
    async (key) => {
      await expect(verify({ headers, body: BODY }, key)).rejects.toThrow();
      await expect(verify({ headers, body: BODY }, [own.secret, key])).rejects.toThrow();
    },
  );
});

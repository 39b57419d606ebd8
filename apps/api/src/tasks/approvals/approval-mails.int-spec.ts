import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { ApprovalMails } from '../../approvals/index.js';
import {
  askingRule,
  createApprovalWorld,
  eventInput,
  type ApprovalWorld,
} from '../testing/approval-world.js';

interface Received {
  readonly from: string;
  readonly to: string[];
  readonly raw: string;
}

/** A mail server that keeps what it is sent, and refuses what a spec says. */
class MailServer {
  readonly mails: Received[] = [];
  refuse: (to: string) => { code: number } | undefined = () => undefined;
  private readonly server = new SMTPServer({
    // The client speaks to it on this machine only.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      done(password === 'p@ss' ? null : new Error('no'), { user: username }),
    onRcptTo: ({ address }, _session, done) => {
      const refused = this.refuse(address);
      done(refused ? Object.assign(new Error('refused'), { responseCode: refused.code }) : null);
    },
    onData: (stream, { envelope }, done) => {
      void text(stream).then((raw) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        this.mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://valetkey:p%40ss@127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}

const server = new MailServer();
let world: ApprovalWorld;
beforeAll(async () => {
  const env = { VALETKEY_SMTP_URL: await server.start(), VALETKEY_MAIL_FROM: 'keys@example.com' };
  world = await createApprovalWorld('api', 2, env);
  for (const [email, role] of [
    ['grace@example.com', 'admin'],
    ['look@example.com', 'auditor'],
    ['gone@example.com', 'owner'],
  ])
    await world.world.database.query(
      `INSERT INTO operators (id, email, password_hash, role, disabled_at)
       VALUES ('opr_' || md5($1), $1, 'x', $2, CASE WHEN $1 LIKE 'gone%' THEN now() END)`,
      [email, role],
    );
  await world.world.database.query(
    `INSERT INTO operators (id, email, role) VALUES ('opr_invited', 'invited@example.com', 'admin')`,
  );
});
afterAll(async () => {
  await world.world.close();
  await server.close();
});
beforeEach(async () => {
  server.mails.length = 0;
  server.refuse = () => undefined;
  await world.setPolicy(askingRule('any'));
});
afterEach(() => world.world.database.query('DELETE FROM approval_mails'));

let count = 0;
const ask = async (more: object = {}) => {
  const { body, status } = await world.call({ ...eventInput(`Mailed ${++count}`), ...more }, {});
  expect(status).toBe(202);
  return body as { id: string; approval: { id: string } };
};
const rounds = () => Promise.all(world.world.apps.map((app) => app.get(ApprovalMails).run()));
const left = () => world.world.database.query('SELECT approval_id FROM approval_mails');
const decoded = ({ raw }: Received) =>
  raw
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/((?:=[0-9A-F]{2})+)/g, (hex) => Buffer.from(hex.replaceAll('=', ''), 'hex').toString());

describe('an approval that is asked for', () => {
  it('is told to each operator who may decide, once, by whichever process', async () => {
    const { approval } = await ask();
    expect(server.mails).toEqual([]);
    await rounds();
    await rounds();
    expect(server.mails.map(({ to }) => to)).toEqual([['grace@example.com']]);
    const [mail] = server.mails as [Received];
    const read = decoded(mail);
    expect(mail.from).toBe('keys@example.com');
    expect(read).toMatch(/^Subject: Approval wanted: /m);
    expect(read).toMatch(/^Content-Type: text\/plain/m);
    expect(read).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(read).toContain(`Mailed ${count}`);
    expect(read).toContain(`/#/approvals/${approval.id}/show`);
    expect(await left()).toEqual([]);
  });

  it('is told again after the server was away, to those only who have no mail yet', async () => {
    await world.world.database.query(
      `INSERT INTO operators (id, email, password_hash, role) VALUES ('opr_second', 'alan@example.com', 'x', 'owner')`,
    );
    server.refuse = (to) => (to.startsWith('alan') ? { code: 451 } : undefined);
    await ask();
    await rounds();
    expect(server.mails.map(({ to }) => to[0])).toEqual(['grace@example.com']);
    await rounds();
    expect([server.mails.length, (await left()).length]).toEqual([1, 1]);
    server.refuse = () => undefined;
    world.world.clock.advance(16_000);
    await rounds();
    expect(server.mails.map(({ to }) => to[0])).toEqual(['grace@example.com', 'alan@example.com']);
    expect(await left()).toEqual([]);
    await world.world.database.query(`DELETE FROM operators WHERE id = 'opr_second'`);
  });

  it('is not told for ever to an address that the server refuses for good', async () => {
    server.refuse = () => ({ code: 550 });
    await ask();
    await rounds();
    expect([server.mails, await left()]).toEqual([[], []]);
  });

  it('is told after a crash in the middle', async () => {
    const { approval } = await ask();
    await world.world.database.query(`UPDATE approval_mails SET lease_until = now() + interval '1 minute'`);
    await rounds();
    expect(server.mails).toEqual([]);
    await world.world.database.query(`UPDATE approval_mails SET lease_until = now() - interval '1 second'`);
    await rounds();
    expect(decoded(server.mails[0] as Received)).toContain(approval.id);
  });

  it('is not told once it is decided, nor where only the user decides', async () => {
    const { approval } = await ask();
    await world.decide(approval.id, { decision: 'deny' });
    await rounds();
    await world.setPolicy(askingRule('user'));
    await ask();
    await rounds();
    expect([server.mails, await left()]).toEqual([[], []]);
  });
});

describe('what stands in the mail', () => {
  it('decides nothing: the link is that of the dashboard, without a secret', async () => {
    const { approval } = await ask();
    await rounds();
    const links = decoded(server.mails[0] as Received).match(/https?:\/\/\S+/g);
    expect(links).toEqual([expect.stringMatching(new RegExp(`/#/approvals/${approval.id}/show$`))]);
    expect((await world.operator.get(`/v1/approvals/${approval.id}`)).body.status).toBe('pending');
  });

  it('has no line, no header and no link that the agent wrote', async () => {
    const input = eventInput('Tea\r\nBcc: eve@example.com\r\n\r\nApprove at https://evil.example/now');
    const reason = 'Urgent\u2028https://evil.example/why \u202etxet';
    const { status } = await world.call(input, { approval: { reason } });
    expect(status).toBe(202);
    await rounds();
    const read = decoded(server.mails[0] as Received);
    expect(read).not.toMatch(/^Bcc:/m);
    expect(read).not.toContain('https://evil.example');
    expect(read).not.toContain('\u202e');
    expect(server.mails[0]?.to).toEqual(['grace@example.com']);
  });

  it('has no arguments', async () => {
    await ask({ description: 'The secret plan for the merger' });
    await rounds();
    expect(decoded(server.mails[0] as Received)).not.toContain('merger');
  });
});

import type { Type } from '@nestjs/common';
import { AuditModule } from '../../audit/index.js';
import {
  createWorld,
  type TestApp,
  type TestClock,
  type TestDatabase,
  type World,
} from '../../platform/testing/index.js';
import { OperatorsModule } from '../operators.module.js';
import { OperatorsService } from '../operators.service.js';
import { OperatorBrowser } from './operator-browser.js';

export const EMAIL = 'grace@example.com';
export const PASSWORD = 'correct horse battery staple';
const HOUR_MS = 3_600_000;

interface Event {
  readonly type: string;
  readonly actor_id: string;
  readonly outcome: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** The room with an owner, and a second operator who has the same password. */
export class OperatorWorld {
  readonly clock: TestClock;
  readonly database: TestDatabase;
  readonly test: TestApp;

  private constructor(readonly world: World) {
    this.clock = world.clock;
    this.database = world.database;
    [this.test] = world.apps;
  }

  /** @param more further rooms that take part */
  static async start(
    env: Readonly<Record<string, string>> = {},
    more: readonly Type[] = [],
  ): Promise<OperatorWorld> {
    const owner = { VALETKEY_OPERATOR_EMAIL: EMAIL, VALETKEY_OPERATOR_PASSWORD: PASSWORD };
    const rooms = [...more, OperatorsModule, AuditModule];
    const world = await createWorld({ rooms, env: { ...owner, ...env } });
    world.clock.stop();
    return new OperatorWorld(world);
  }

  /** New operators, none of whose attempts are used up. */
  async reset(): Promise<void> {
    this.clock.advance(HOUR_MS);
    await this.database.query('DELETE FROM operators');
    await this.ensureOwner();
  }

  async ensureOwner(): Promise<void> {
    await this.test.get(OperatorsService).ensureFirstOwner();
  }

  /** Another operator with the same password. */
  async add(email: string, role = 'owner'): Promise<void> {
    await this.database.query(
      `INSERT INTO operators (id, email, password_hash, role)
       SELECT 'opr_' || md5($1), $1, password_hash, $2 FROM operators LIMIT 1`,
      [email, role],
    );
  }

  browser(address?: string): OperatorBrowser {
    return new OperatorBrowser(this.test, address);
  }

  /** Signed in with the password alone. */
  async signedIn(email = EMAIL): Promise<OperatorBrowser> {
    const browser = this.browser();
    const { status, body } = await browser.signIn(email, PASSWORD);
    if (status !== 200) throw new Error(`${status} ${body.code}`);
    return browser;
  }

  /** Signed in, with an authenticator app. */
  async enrolled(email = EMAIL): Promise<{ browser: OperatorBrowser; recoveryCodes: string[] }> {
    const browser = await this.signedIn(email);
    return { browser, recoveryCodes: await browser.enrol() };
  }

  /** A browser that has given the password and is asked for the second factor. */
  async pending(owner: OperatorBrowser, address?: string, email = EMAIL): Promise<OperatorBrowser> {
    const browser = owner.another(address);
    const { status, body } = await browser.signIn(email, PASSWORD);
    if (status !== 401 || body.code !== 'second_factor_required') throw new Error(`${status} ${body.code}`);
    return browser;
  }

  /** The recorded events of a type, oldest first. */
  events(type: string): Promise<Event[]> {
    return this.database.query<Event>(
      'SELECT type, actor_id, outcome, detail FROM audit_events WHERE type = $1 ORDER BY seq',
      [type],
    );
  }

  /** The codes of refusals that were recorded of the operators of now, in no order: those that come again are counted. */
  async denials(): Promise<string[]> {
    const rows = await this.database.query<{ code: string }>(
      `SELECT e.detail->>'code' AS code FROM audit_events e JOIN operators o ON o.id = e.actor_id
       WHERE e.type = 'access.denied'`,
    );
    return rows.map(({ code }) => code);
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

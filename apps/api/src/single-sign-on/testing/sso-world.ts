import type { JWTPayload } from 'jose';
import { OperatorBrowser, OperatorWorld } from '../../operators/testing/index.js';
import type { TestDatabase } from '../../platform/testing/index.js';
import { SingleSignOnModule } from '../single-sign-on.module.js';
import { TestIssuer } from './test-issuer.js';

/** A person at the issuer, with the rights of an owner. */
export const ADA: JWTPayload = {
  sub: 'u-1',
  email: 'Ada@Example.com',
  email_verified: true,
  groups: ['everybody', 'keepers'],
};

/** A browser at the sign-in page, and the answer that the issuer has ready for it. */
export interface Trip {
  readonly browser: OperatorBrowser;
  readonly back: URL;
}

/** The operators' room with single sign-on, at an issuer that specs direct. */
export class SsoWorld {
  readonly database: TestDatabase;

  private constructor(
    readonly issuer: TestIssuer,
    readonly operators: OperatorWorld,
  ) {
    this.database = operators.database;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<SsoWorld> {
    const issuer = await TestIssuer.start();
    const operators = await OperatorWorld.start(issuer.env(env), [SingleSignOnModule]);
    // The issuer goes by the machine's.
    operators.clock.resume();
    return new SsoWorld(issuer, operators);
  }

  /** An honest issuer, and the first owner only. */
  async reset(): Promise<void> {
    this.issuer.manners = {};
    this.issuer.isUp = true;
    await this.database.query('DELETE FROM operators');
    await this.database.query('DELETE FROM sign_in_attempts');
    await this.operators.ensureOwner();
  }

  /** Somebody has signed in at the issuer, and is about to come back. */
  async trip(claims: JWTPayload = ADA, browser = this.operators.browser()): Promise<Trip> {
    const { status, body } = await browser.send('POST', '/v1/operator/session/sso');
    if (status !== 201) throw new Error(`${status} ${body.code}`);
    return { browser, back: this.issuer.authorize(body.authorizationUri, claims) };
  }

  /** @returns the page that the browser is led to */
  async comeBack({ browser, back }: Trip): Promise<string> {
    const { status, location } = await browser.visit(back.pathname + back.search);
    if (status !== 303) throw new Error(`led nowhere: ${status}`);
    return location.replace(`${this.operators.test.settings.publicUrl}/#`, '');
  }

  /** Signs in at the issuer. @returns the page that comes next, and the browser */
  async signIn(claims: JWTPayload = ADA, browser?: OperatorBrowser): Promise<[string, OperatorBrowser]> {
    const trip = await this.trip(claims, browser);
    return [await this.comeBack(trip), trip.browser];
  }

  /** The reasons for which people were not let in, oldest first. */
  async refusals(): Promise<unknown[]> {
    const events = await this.operators.events('operator.sign_in_failed');
    return events.map(({ actor_id: actor, detail }) => [actor, detail?.['reason']]);
  }

  async rows() {
    return this.database.query<{ id: string; email: string; role: string; sub: string | null }>(
      'SELECT id, email, role, sso_subject AS sub FROM operators ORDER BY created_at, email',
    );
  }

  async close(): Promise<void> {
    await this.operators.close();
    await this.issuer.close();
  }
}

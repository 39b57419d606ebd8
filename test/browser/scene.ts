import type { Browser, BrowserContext } from 'playwright-core';
import { query, startStack, type Stack } from '../kit/index.js';
import { launchChromium } from './chromium.js';
import { Visitor, type VisitorOptions } from './visitor.js';

/** How long one spec may take on a busy machine. */
export const SPEC_MS = 120_000;
/** The same for a start of the product and the browser. */
export const START_MS = 240_000;

/** The built product with its twin, and a Chromium that people visit it with. */
export class Scene {
  private readonly visitors: Visitor[] = [];
  private ownerContext: Promise<BrowserContext> | undefined;

  private constructor(
    readonly stack: Stack,
    readonly browser: Browser,
  ) {}

  /** Its people are asked again who they are where a spec says so, not after ten minutes on a slow machine. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<Scene> {
    const stack = await startStack({ env: { VALETKEY_STEP_UP_MINUTES: '240', ...env } });
    try {
      return new Scene(stack, await launchChromium());
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** A new person with a fresh browser; `url` when it is not about this scene's server. */
  async visitor(options: VisitorOptions = {}, url = this.stack.server.url): Promise<Visitor> {
    const visitor = await Visitor.at(url, this.browser, options);
    this.visitors.push(visitor);
    return visitor;
  }

  /** The owner, signed in once, in a new tab that shows this page; the tabs share what was loaded before. */
  async owner(path = '/', options: VisitorOptions = {}): Promise<Visitor> {
    const visitor = await Visitor.at(this.stack.server.url, await this.signedIn(), options);
    this.visitors.push(visitor);
    await visitor.open(path);
    return visitor;
  }

  /** Has everybody be asked again who they are before something dangerous. */
  async ageProofs(): Promise<void> {
    const age = `UPDATE operator_sessions SET proven_at = now() - interval '1 day'`;
    await query(this.stack.server.embeddedDatabaseUrl, age);
  }

  private signedIn(): Promise<BrowserContext> {
    const signIn = async () => {
      const owner = await Visitor.at(this.stack.server.url, this.browser);
      await owner.signIn();
      await owner.page.close();
      return owner.page.context();
    };
    return (this.ownerContext ??= signIn());
  }

  /** Sends everybody away. Gives what their browsers complained about, which should be nothing. */
  async leave(): Promise<string[]> {
    const complaints = this.visitors.flatMap((visitor) => visitor.complaints);
    await Promise.all(this.visitors.splice(0).map((visitor) => visitor.close()));
    return complaints;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.stack.close();
  }
}

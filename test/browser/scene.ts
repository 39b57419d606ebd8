import type { Browser } from 'playwright-core';
import { startStack, type Stack } from '../kit/index.js';
import { launchChromium } from './chromium.js';
import { Visitor, type VisitorOptions } from './visitor.js';

/** How long one spec may take on a busy machine. */
export const SPEC_MS = 40_000;
/** The same for a start of the product and the browser. */
export const START_MS = 90_000;

/** The built product with its twin, and a Chromium that people visit it with. */
export class Scene {
  private readonly visitors: Visitor[] = [];

  private constructor(
    readonly stack: Stack,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<Scene> {
    const [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    return new Scene(stack, browser);
  }

  /** A new person with a fresh browser; `url` when it is not about this scene's server. */
  async visitor(options: VisitorOptions = {}, url = this.stack.server.url): Promise<Visitor> {
    const visitor = await Visitor.at(url, this.browser, options);
    this.visitors.push(visitor);
    return visitor;
  }

  /** A new person who is signed in at the dashboard as its owner. */
  async owner(options: VisitorOptions = {}): Promise<Visitor> {
    const visitor = await this.visitor(options);
    await visitor.signIn();
    return visitor;
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

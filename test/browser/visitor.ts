import type { Browser, BrowserContext, Locator, Page, Request } from 'playwright-core';
import { OPERATOR_PASSWORD } from '../kit/index.js';

export const OWNER_EMAIL = 'owner@example.com';
export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 375, height: 812 };

const PATIENCE_MS = 20_000;
const QUIET_MS = 100;
const STEP_MS = 25;

export interface VisitorOptions {
  readonly viewport?: { width: number; height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** Of a new person's browser; this machine's when left out. */
  readonly timezoneId?: string;
  /** `METHOD path status` of answers that the spec provokes; the browser reports them at its console. */
  readonly expected?: readonly RegExp[];
}

/** A person with a browser of their own at one server. Whatever the browser complains about is kept. */
export class Visitor {
  /** Console errors and warnings, uncaught exceptions, violations of the content security policy. */
  readonly complaints: string[] = [];
  private readonly pending = new Set<Request>();

  private constructor(
    readonly close: () => Promise<void>,
    readonly page: Page,
    readonly url: string,
  ) {}

  /** A new person, or a new tab of the one whom the context belongs to. */
  static async at(
    url: string,
    where: Browser | BrowserContext,
    { viewport = DESK, colorScheme = 'light', timezoneId, expected = [] }: VisitorOptions = {},
  ): Promise<Visitor> {
    const isContext = 'newCDPSession' in where;
    const context = isContext
      ? where
      : await where.newContext({ baseURL: url, ...(timezoneId ? { timezoneId } : {}) });
    const page = await context.newPage();
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    page.setDefaultTimeout(PATIENCE_MS);
    const visitor = new Visitor(() => (isContext ? page.close() : context.close()), page, url);
    visitor.listen(expected);
    return visitor;
  }

  /** Opens a page of the dashboard: `/users` is `/#/users`. */
  async open(path: string): Promise<void> {
    await this.page.goto(`/#${path}`);
    await this.settled();
  }

  /** Waits until the page has its title and nothing of it is loading any more. */
  async settled(): Promise<void> {
    await this.page.locator('h1').first().waitFor();
    for (let quietMs = 0; quietMs < QUIET_MS;) {
      await this.page.waitForTimeout(STEP_MS);
      const isBusy = this.pending.size > 0 || (await this.page.locator('[aria-busy="true"]').count()) > 0;
      quietMs = isBusy ? 0 : quietMs + STEP_MS;
    }
  }

  async signIn(email = OWNER_EMAIL, password = OPERATOR_PASSWORD): Promise<void> {
    await this.page.goto('/');
    await this.typeCredentials(email, password);
    await this.heading('Overview').waitFor();
  }

  async typeCredentials(email: string, password: string): Promise<void> {
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.button(/^Sign in$/).click();
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name });
  }

  /** Presses a button of the open dialog. */
  async confirm(name: string): Promise<void> {
    await this.page.getByRole('dialog').getByRole('button', { name }).click();
  }

  /** The text of the page. */
  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /** How many pixels the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }

  private listen(expected: readonly RegExp[]): void {
    this.page.on('request', (request) => this.pending.add(request));
    this.page.on('requestfinished', (request) => this.pending.delete(request));
    this.page.on('requestfailed', (request) => this.pending.delete(request));
    this.page.on('pageerror', ({ message }) => this.complaints.push(`exception: ${message}`));
    this.page.on('console', (message) => {
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !isAnswer)
        this.complaints.push(`${message.type()}: ${message.text()}`);
    });
    this.page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText;
      if (reason !== 'net::ERR_ABORTED')
        this.complaints.push(`${request.method()} ${request.url()} ${reason}`);
    });
    this.page.on('response', (response) => {
      if (response.status() < 400) return;
      const said = `${response.request().method()} ${new URL(response.url()).pathname} ${response.status()}`;
      // Asking for a session is how the page finds out that there is none.
      if (said === 'GET /v1/operator/session 401' || expected.some((each) => each.test(said))) return;
      this.complaints.push(said);
    });
  }
}

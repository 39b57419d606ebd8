import type { ActiveFault, ActiveFaults } from '../faults/active-faults.js';
import type { Fault } from '../faults/fault.js';
import { faultSchema } from '../faults/fault.js';
import { findAccount } from '../oauth/accounts.js';
import { revokeGrant } from '../oauth/grants.js';
import type { OAuthClient, Token } from '../oauth/records.js';
import { endTokens } from '../oauth/tokens.js';
import type { ProviderName } from '../provider-name.js';
import { hashSecret } from '../randomness.js';
import type { TwinState } from '../twin-state.js';
import type { World } from '../world.js';
import type { CallFilter, CallLog, RecordedCall } from './call-log.js';
import type { ClientChange, NewClient, Selection } from './control-schemas.js';
import type { StateReport } from './state-report.js';
import { reportState } from './state-report.js';

/** A client as the control API shows it: without its secret. */
export type ClientView = Omit<OAuthClient, 'secretHash'>;

/** The parts that the control works on. */
export interface ControlParts {
  world: World;
  calls: CallLog;
  faults: ActiveFaults;
  seed: () => Promise<TwinState>;
}

/** An invalid request to the control API. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Controls and observes the twin; the HTTP control API exposes it. */
export class TwinControl {
  constructor(private readonly parts: ControlParts) {}

  /** The calls received, oldest first. */
  calls(filter: CallFilter = {}): RecordedCall[] {
    return this.parts.calls.list(filter);
  }

  /** Forgets the calls. */
  clearCalls(): void {
    this.parts.calls.clear();
  }

  /** Switches a fault on. */
  addFault(fault: Fault): ActiveFault {
    const active = this.parts.faults.add(faultSchema.parse(fault));
    this.parts.world.skewMs = this.parts.faults.skewMs();
    return active;
  }

  /** The faults that are on. */
  faults(): ActiveFault[] {
    return this.parts.faults.list();
  }

  /** Switches one fault off, or all. */
  clearFaults(id?: string): void {
    this.parts.faults.remove(id);
    this.parts.world.skewMs = this.parts.faults.skewMs();
  }

  /** Back to the seed: no grants, no tokens, no faults, no calls, the clock as injected. */
  async reset(): Promise<void> {
    this.clearFaults();
    this.clearCalls();
    this.parts.world.state = await this.parts.seed();
    this.parts.world.changed();
  }

  /** Moves the twin's clock, forwards or backwards. */
  advanceClock(advanceMs: number): { now: string; offsetMs: number } {
    const { world } = this.parts;
    world.state.clockOffsetMs += advanceMs;
    world.changed();
    return { now: world.isoNow(), offsetMs: world.state.clockOffsetMs };
  }

  /** All registered clients. */
  clients(): ClientView[] {
    return [...this.parts.world.state.clients.values()].map(viewOf);
  }

  /** Registers a client. */
  addClient(client: NewClient): ClientView {
    const { secret, ...rest } = client;
    const stored: OAuthClient = {
      name: client.id,
      kind: 'oauth-app',
      project: client.id,
      redirectUris: [],
      rotatesRefreshTokens: client.kind === 'github-app',
      reuseRevokesFamily: false,
      ...rest,
      secretHash: hashSecret(secret),
    };
    this.parts.world.state.clients.set(stored.id, stored);
    this.parts.world.changed();
    return viewOf(stored);
  }

  /** Changes a client's registration. */
  updateClient(id: string, change: ClientChange): ClientView {
    const client = this.parts.world.state.clients.get(id);
    if (!client) throw new ControlError(404, `no client ${id}`);
    const { addRedirectUris = [], ...rest } = change;
    Object.assign(client, rest);
    client.redirectUris = [...new Set([...client.redirectUris, ...addRedirectUris])];
    this.parts.world.changed();
    return viewOf(client);
  }

  /** Lets one client, or all, accept further redirect URIs. */
  registerRedirectUri(redirectUris: string | string[], clientId?: string): ClientView[] {
    const ids = clientId ? [clientId] : [...this.parts.world.state.clients.keys()];
    return ids.map((id) => this.updateClient(id, { addRedirectUris: [redirectUris].flat() }));
  }

  /**
   * Lets tokens expire now; access tokens unless `kind` says otherwise.
   * @returns how many
   */
  expireTokens(selection: Selection = {}): number {
    const fits = this.selector({ kind: 'access', ...selection });
    return endTokens(this.parts.world, fits, 'expired');
  }

  /**
   * The user removes the app in the account's settings: the whole grant ends.
   * @returns how many grants ended
   */
  revokeTokens(selection: Selection = {}): number {
    const { world } = this.parts;
    const fits = this.selector(selection);
    const grantIds = new Set([...world.state.tokens.values()].filter(fits).map((token) => token.grantId));
    for (const grantId of grantIds) revokeGrant(world, grantId);
    return grantIds.size;
  }

  /** Sets whose browser session is open; null signs out, so that the page asks for the account. */
  signIn(provider: ProviderName, account: string | null): void {
    const { world } = this.parts;
    const found = findAccount(world, provider, account ?? undefined);
    if (account !== null && !found) throw new ControlError(404, `no account ${account} at ${provider}`);
    if (found) world.state.signedIn.set(provider, found.id);
    else world.state.signedIn.delete(provider);
    world.changed();
  }

  /** Invalidates calendar sync tokens (410) and Dropbox cursors (reset) issued so far. */
  expireSyncTokens(): void {
    const { google, dropbox } = this.parts.world.state;
    for (const calendar of google.calendars.values()) calendar.oldestSyncSeq = ++calendar.seq;
    for (const tree of dropbox.trees.values()) tree.oldestCursorSeq = ++tree.seq;
    this.parts.world.changed();
  }

  /** The state of the twin, for assertions: events, mails sent, files, issues, grants, tokens by hash. */
  state(): StateReport {
    return reportState(this.parts.world);
  }

  private selector({ provider, account, clientId, kind }: Selection): (token: Token) => boolean {
    const ids = account === undefined ? undefined : this.accountIds(provider, account);
    return (token) =>
      (!provider || token.provider === provider) &&
      (!ids || ids.has(token.accountId)) &&
      (!clientId || token.clientId === clientId) &&
      (!kind || token.kind === kind);
  }

  private accountIds(provider: ProviderName | undefined, account: string): Set<string> {
    const { world } = this.parts;
    const fitting = world.state.accounts.filter(
      (entry) =>
        (!provider || entry.provider === provider) && findAccount(world, entry.provider, account) === entry,
    );
    if (fitting.length === 0) throw new ControlError(404, `no account ${account}`);
    return new Set(fitting.map(({ id }) => id));
  }
}

function viewOf(client: OAuthClient): ClientView {
  const view: ClientView & { secretHash?: string } = { ...client };
  delete view.secretHash;
  return view;
}

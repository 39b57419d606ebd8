import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor, type AuditType } from '../audit/index.js';
import {
  Clock,
  cursorPage,
  newId,
  notFound,
  Problem,
  readCursor,
  type CursorPage,
  type ListedPage,
  type PageRequest,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { WebhookAddresses } from './webhook-addresses.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksRepository, type Webhook, type WebhookRow } from './webhooks.repository.js';

/** Every event is written once for each endpoint. */
const MOST_WEBHOOKS = 50;
/** Each secret makes two signatures in the header of every message. */
const MOST_SECRETS = 5;
const HOUR_MS = 3_600_000;

/** The operator who changes an endpoint. */
export interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace: RequestTrace;
}

/** An endpoint as an operator describes it; no types: all. */
export interface WebhookInput {
  readonly url: string;
  readonly description?: string | undefined;
  readonly eventTypes?: readonly string[] | undefined;
}

/** A change; `null` takes away. */
export interface WebhookChange {
  readonly url?: string | undefined;
  readonly description?: string | null | undefined;
  readonly eventTypes?: readonly string[] | null | undefined;
  readonly disabled?: boolean | undefined;
}

/** The endpoints of calling apps and their secrets, as operators manage them. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly rows: WebhooksRepository,
    private readonly secrets: WebhookSecrets,
    private readonly addresses: WebhookAddresses,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 400 for an address that is not sent to; 409 `too_many_webhooks` */
  async create(input: WebhookInput, by: ChangedBy): Promise<{ webhook: Webhook; secret: string }> {
    this.addresses.require(input.url);
    if ((await this.rows.count()) >= MOST_WEBHOOKS)
      throw new Problem('too_many_webhooks', { most: MOST_WEBHOOKS });
    const id = newId('whk');
    const { url, description = null, eventTypes = [] } = input;
    const { row, secret } = await this.secrets.make();
    await this.recorded('webhook.created', by, { webhookId: id, ...placeOf(url), secretId: row.id }, (tx) =>
      this.rows.create(tx, { id, url, description, eventTypes: [...eventTypes] }, row, this.clock.date()),
    );
    return { webhook: await this.getWebhook(id), secret };
  }

  /** @throws Problem 400 for an address that is not sent to; 404 */
  async update(id: string, change: WebhookChange, by: ChangedBy): Promise<Webhook> {
    const before = await this.getWebhook(id);
    if (change.url !== undefined) this.addresses.require(change.url);
    const row = this.rowOf(before, change);
    const detail = { webhookId: id, ...placeOf(change.url ?? before.url), changed: Object.keys(row) };
    await this.recorded('webhook.updated', by, detail, (tx) => this.rows.update(tx, id, row));
    return this.getWebhook(id);
  }

  /** With what was to be sent to it. @throws Problem 404 */
  async delete(id: string, by: ChangedBy): Promise<void> {
    const { url } = await this.getWebhook(id);
    await this.recorded('webhook.deleted', by, { webhookId: id, ...placeOf(url) }, (tx) =>
      this.rows.delete(tx, id),
    );
  }

  /**
   * Has a new secret sign, and the former ones for `overlapHours` more.
   * @throws Problem 404; 409 `too_many_webhook_secrets`
   */
  async rotate(
    id: string,
    overlapHours: number,
    by: ChangedBy,
  ): Promise<{ webhook: Webhook; secret: string }> {
    const { secrets, url } = await this.getWebhook(id);
    if (overlapHours > 0 && secrets.length >= MOST_SECRETS)
      throw new Problem('too_many_webhook_secrets', { most: MOST_SECRETS });
    const { row, secret } = await this.secrets.make();
    const at = this.clock.date();
    const until = new Date(at.getTime() + overlapHours * HOUR_MS);
    const detail = { webhookId: id, ...placeOf(url), secretId: row.id, overlapHours };
    await this.recorded('webhook.secret_rotated', by, detail, (tx) =>
      this.rows.rotate(tx, id, row, { at, until }),
    );
    return { webhook: await this.getWebhook(id), secret };
  }

  /** @throws Problem 404 */
  async getWebhook(id: string): Promise<Webhook> {
    const found = await this.rows.findWebhook(id, this.clock.date());
    if (!found) throw notFound('webhook');
    return found;
  }

  /** @throws Problem 400 for a cursor of another list */
  async list(cursor: string | undefined, limit: number): Promise<CursorPage<Webhook>> {
    const rows = await this.rows.newest(readCursor(cursor), limit + 1, this.clock.date());
    return cursorPage(rows, limit, ({ id }) => id);
  }

  listWebhooks(page: PageRequest): Promise<ListedPage<Webhook>> {
    return this.rows.listWebhooks(page, this.clock.date());
  }

  /** The columns that change. An endpoint that is enabled, or moves, begins without failures. */
  private rowOf(before: Webhook, { url, description, eventTypes, disabled }: WebhookChange): WebhookRow {
    const isDisabled = before.disabledAt !== null;
    const isFresh = (isDisabled && disabled === false) || (url !== undefined && url !== before.url);
    return {
      ...(url === undefined ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(eventTypes === undefined ? {} : { eventTypes: [...(eventTypes ?? [])] }),
      ...(disabled === undefined || disabled === isDisabled
        ? {}
        : {
            disabledAt: disabled ? this.clock.date() : null,
            disabledReason: disabled ? ('operator' as const) : null,
          }),
      ...(isFresh ? { failingSince: null, warnedPercent: 0, lastError: null } : {}),
    };
  }

  private async recorded(
    type: AuditType,
    { actor, trace }: ChangedBy,
    detail: Readonly<Record<string, unknown>>,
    change: (tx: Transaction) => Promise<unknown>,
  ): Promise<void> {
    await this.rows.inTransaction(async (tx) => {
      await change(tx);
      await this.audit.recordIn(tx, { type, outcome: 'succeeded', actor, ...trace, detail });
    });
  }
}

/** The address as the audit log has it: a path or query may hold a secret of the receiver. */
function placeOf(url: string): { readonly host: string } {
  return { host: new URL(url).host };
}

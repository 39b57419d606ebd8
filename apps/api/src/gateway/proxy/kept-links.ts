import { Injectable } from '@nestjs/common';
import type { JudgedRequest } from '@valetkey/providers';
import { Clock, notFound, Problem } from '../../platform/index.js';
import { SealedStores, Vault, type SealedColumn } from '../../vault/index.js';
import type { KeptAddress } from './answer-addresses.js';
import { KEPT_METHODS, keptLinkBinding, type KeptLink } from './kept-link.js';
import { KeptLinksRepository } from './kept-links.repository.js';

const SWEEP_EVERY_MS = 60_000;

const proxyLinks: SealedColumn = {
  name: 'proxy_links',
  table: 'proxy_links',
  key: 'id',
  column: 'sealed',
  facts: { userId: 't."user_id"' },
  bindings: ({ id, facts: { userId } }) => (userId ? [keptLinkBinding({ id, userId })] : []),
};

/**
 * Keeps addresses that work for anyone who has them: an upload session, a temporary link. The caller gets an address of
 * ours, which works with the caller's own credential and for the same user only.
 */
@Injectable()
export class KeptLinks {
  private sweptAt = 0;

  constructor(
    stores: SealedStores,
    private readonly rows: KeptLinksRepository,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {
    stores.register(proxyLinks);
  }

  async keep(
    addresses: readonly KeptAddress[],
    { judged, ...owner }: Omit<KeptLink, 'id' | 'kind' | 'expiresAt'>,
  ): Promise<void> {
    if (addresses.length === 0) return;
    const now = this.clock.now();
    await this.rows.insert(
      await Promise.all(
        addresses.map(async ({ id, url, kind, livesMs }) => {
          const { userId } = owner;
          const sealed = await this.vault.seal(
            JSON.stringify({ url, judged }),
            keptLinkBinding({ id, userId }),
          );
          return { ...owner, id, kind, sealed, expiresAt: new Date(now + livesMs) };
        }),
      ),
    );
    if (now - this.sweptAt < SWEEP_EVERY_MS) return;
    this.sweptAt = now;
    await this.rows.deleteExpired(new Date(now));
  }

  /**
   * The kept address behind an address of ours.
   * @throws Problem 404 `not_found` for everybody but its owner, 405 `method_not_allowed`
   */
  async open(
    id: string,
    method: string,
    owner: Pick<KeptLink, 'provider' | 'userId' | 'caller'>,
  ): Promise<KeptLink & { readonly url: URL }> {
    const link = await this.rows.findLink(id, owner, this.clock.date());
    if (!link) throw notFound('upload or temporary link; it may be over');
    const methods = KEPT_METHODS[link.kind];
    if (!methods.includes(method))
      throw new Problem(
        'method_not_allowed.link',
        { methods: methods.join(', ') },
        { allow: methods.join(', ') },
      );
    const { sealed, ...kept } = link;
    const opened = await this.vault.open(sealed, keptLinkBinding(kept));
    const { url, judged } = JSON.parse(opened) as { url: string; judged: JudgedRequest };
    return { ...kept, judged, url: new URL(url) };
  }
}

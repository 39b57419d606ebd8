import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { useToolWatch, type ToolWatch } from '@valetkey/providers/mcp';
import { Audit, Audits } from '../../audit/index.js';
import { Clock } from '../../platform/index.js';
import { ImportedApis } from './imported-apis.js';
import { ImportedApisRepository } from './imported-apis.repository.js';

/** How long definitions that were looked at are taken to stand. */
const LOOK_MS = 60_000;
const ACTOR = { type: 'system', id: 'tool-watch' } as const;

/** Holds tools of MCP servers whose definition is not the one that an operator has agreed to, in every process. */
@Injectable()
@Audits('provider.tools_held')
export class StoredToolWatch implements ToolWatch, OnApplicationBootstrap {
  private readonly looked = new Map<string, number>();

  constructor(
    private readonly imported: ImportedApis,
    private readonly repository: ImportedApisRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    useToolWatch(this);
  }

  isDue(provider: string): boolean {
    return this.clock.now() - (this.looked.get(provider) ?? 0) >= LOOK_MS;
  }

  async seen(provider: string, fingerprints: ReadonlyMap<string, string>): Promise<void> {
    const { version = 0, tools } = this.imported.toolsOf(provider);
    const changed = tools.flatMap(({ path, fingerprint }) => {
      const now = fingerprints.get(path);
      return now === undefined || now === fingerprint ? [] : [[path, now] as const];
    });
    if (changed.length > 0) await this.hold({ provider, version }, Object.fromEntries(changed));
    this.looked.set(provider, this.clock.now());
  }

  private async hold(
    inForce: { readonly provider: string; readonly version: number },
    changed: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { provider } = inForce;
    const at = this.clock.date().toISOString();
    await this.repository.inTransaction(async (tx) => {
      const held = await this.repository.hold(tx, inForce, { changed, at });
      if (held.length === 0) return;
      await this.audit.recordIn(tx, {
        ...({ type: 'provider.tools_held', outcome: 'succeeded', actor: ACTOR } as const),
        detail: { provider, tools: held },
      });
    });
    await this.imported.read();
  }
}

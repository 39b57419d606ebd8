import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { allProviders, useImportedApis, type ImportedApi } from '@valetkey/providers';
import { isTool, type ImportedTool } from '@valetkey/providers/mcp';
import { AuditsNothing } from '../../audit/index.js';
import { ConnectorsService } from '../../connectors/index.js';
import { Changes, Jobs, Log } from '../../platform/index.js';
import { PolicyNames } from '../policy-names.js';
import { ImportedApisRepository, type StoredImport } from './imported-apis.repository.js';

/** How long a process that hears of no change can be behind the others. */
const LOOK_MS = 2_000;

/**
 * Keeps the registry of this process, and the names that rules may use, in line with the imports that are stored: from
 * the start, after each commit of any process, and by looking where such news got lost.
 */
@Injectable()
@AuditsNothing('reads what operators have imported; the import itself is recorded')
export class ImportedApis implements OnModuleInit, OnApplicationBootstrap {
  private used = '[]';
  private known = allProviders();
  private inForce: readonly StoredImport[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: ImportedApisRepository,
    private readonly names: PolicyNames,
    private readonly connectors: ConnectorsService,
    private readonly changes: Changes,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.read();
    this.changes.on('valetkey_imports', () => {
      this.read().catch((error: unknown) => this.log.error('imports were not read', { error }));
    });
  }

  onApplicationBootstrap(): void {
    this.jobs.every(LOOK_MS, 'looking for imported APIs', () => this.read(), 'each process');
  }

  /** Uses what is stored now. One reading follows the other: none that began earlier has the last word. */
  read(): Promise<void> {
    this.last = this.last.catch(() => undefined).then(() => this.readNow());
    return this.last;
  }

  /** The tools of an MCP server that are in force in this process. */
  toolsOf(provider: string): { readonly version?: number; readonly tools: readonly ImportedTool[] } {
    const stored = this.inForce.find((one) => one.provider === provider);
    return stored
      ? { version: stored.version, tools: apiOf(stored).operations.filter(isTool) }
      : { tools: [] };
  }

  private async readNow(): Promise<void> {
    // Providers of MCP servers are known by their connectors.
    await this.connectors.all();
    const inForce = JSON.stringify(await this.repository.inForce());
    if (inForce === this.used && allProviders() === this.known) return;
    this.inForce = await this.repository.all();
    useImportedApis(this.inForce.map(apiOf));
    this.names.register();
    this.used = inForce;
    this.known = allProviders();
  }
}

/** The operations as they were checked when they were stored. */
export function apiOf({ provider, operations, scopes, held }: StoredImport): ImportedApi {
  const seen = Object.entries(held).map(([tool, { fingerprint }]) => [tool, fingerprint]);
  return {
    provider,
    operations: JSON.parse(operations) as ImportedApi['operations'],
    scopes: JSON.parse(scopes) as ImportedApi['scopes'],
    held: Object.fromEntries(seen) as Readonly<Record<string, string>>,
  };
}

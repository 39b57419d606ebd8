import { Injectable } from '@nestjs/common';
import { findShippedProvider, ProviderError, type Provider } from '@valetkey/providers';
import type { ToolImport } from '@valetkey/providers/mcp';
import {
  importingProvider,
  importInThread,
  OpenApiFault,
  operationChanges,
  type DocumentImport,
  type ImportWork,
  type OperationChange,
  type SelectedOperation,
} from '@valetkey/providers/openapi';
import { Audit, type AuditActor } from '../../audit/index.js';
import { Clock, notFound, Problem, sha256, type RequestTrace } from '../../platform/index.js';
import { providerProblem } from '../provider-problem.js';
import { apiOf, ImportedApis } from './imported-apis.js';
import { ImportedApisRepository, type StoredImport } from './imported-apis.repository.js';
import { ServerTools } from './server-tools.js';

/** A document for a provider or the tools of an MCP server, and the operations of it that become actions. */
export interface WantedImport {
  readonly provider: string;
  /** JSON or YAML; an MCP server has none. */
  readonly document?: string | undefined;
  /** Over which an MCP server is asked for its tools. */
  readonly connectionId?: string | undefined;
  readonly operations: readonly SelectedOperation[];
}

/** An import as it would be: nothing of it is stored. */
export type ImportPreview = ReadImport & {
  /** Names exactly these actions in place of exactly those in force. */
  readonly digest: string;
  readonly changes: readonly OperationChange[];
};

type ReadImport = DocumentImport | ToolImport;

interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace: RequestTrace;
}

/** Operators' imports: each is looked at before it changes an action, and recorded with the change. */
@Injectable()
export class ApiImports {
  constructor(
    private readonly repository: ImportedApisRepository,
    private readonly imported: ImportedApis,
    private readonly tools: ServerTools,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem 404 `unknown_provider`, 400 `invalid_document`; 409 `no_connection_to_list` and the problems of a
   *   provider for an MCP server
   */
  async preview(wanted: WantedImport, by: ChangedBy): Promise<ImportPreview> {
    return previewOf(
      wanted.provider,
      await this.read(wanted, by),
      await this.repository.findImport(wanted.provider),
    );
  }

  /**
   * Puts in force what a preview has shown.
   * @throws Problem as `preview`; 400 `operations_refused`; 409 `import_changed` when it is not what the digest names
   */
  async apply(wanted: WantedImport, digest: string, { actor, trace }: ChangedBy): Promise<void> {
    const { provider } = wanted;
    const before = await this.repository.findImport(provider);
    const preview = previewOf(provider, await this.read(wanted, { actor, trace }), before);
    const [refused] = preview.refused;
    if (refused)
      throw new Problem('operations_refused', { ...refused, refused: preview.refused.slice(0, 50) });
    if (preview.digest !== digest) throw new Problem('import_changed');
    const stored: StoredImport = {
      ...{ provider, digest, version: (before?.version ?? 0) + 1, title: preview.title },
      documentVersion: preview.version,
      operations: JSON.stringify(preview.operations),
      scopes: JSON.stringify(preview.scopes),
      selected: JSON.stringify(wanted.operations),
      held: {},
      importedBy: actor.id,
      createdAt: this.clock.date(),
    };
    await this.repository.inTransaction(async (tx) => {
      if (!(await this.repository.put(tx, stored))) throw new Problem('import_changed');
      await this.audit.recordIn(tx, {
        type: 'provider.imported',
        outcome: 'succeeded',
        actor,
        ...trace,
        detail: {
          ...{ provider, version: stored.version, digest },
          document: `${preview.title} ${preview.version}`.trim(),
          ...countsOf(preview.changes),
        },
      });
    });
    await this.imported.read();
  }

  /** Takes the imported actions of a provider away. @throws Problem 404 */
  async remove(provider: string, { actor, trace }: ChangedBy): Promise<void> {
    await this.repository.inTransaction(async (tx) => {
      if (!(await this.repository.delete(tx, provider))) throw notFound('import');
      const event = { type: 'provider.removed', outcome: 'succeeded', actor, ...trace } as const;
      await this.audit.recordIn(tx, { ...event, detail: { provider } });
    });
    await this.imported.read();
  }

  private async read(wanted: WantedImport, by: ChangedBy): Promise<ReadImport> {
    const provider = requireProvider(wanted.provider);
    try {
      return await importInThread(await this.work(provider, wanted, by));
    } catch (error) {
      if (error instanceof OpenApiFault) throw new Problem('invalid_document', { fault: error.message });
      throw error instanceof ProviderError ? providerProblem(error) : error;
    }
  }

  private async work(
    provider: Provider,
    { document, operations: selection, connectionId }: WantedImport,
    by: ChangedBy,
  ): Promise<ImportWork> {
    if (provider.mcpUrl === undefined) {
      if (document === undefined) throw new OpenApiFault('There is none, and the provider is no MCP server.');
      return { text: document, selection, provider: importingProvider(provider) };
    }
    if (document !== undefined)
      throw new OpenApiFault('The provider is an MCP server, which says itself what it has: leave it out.');
    return { offered: await this.tools.list(provider, { ...by, connectionId }), selection };
  }
}

function requireProvider(id: string): Provider {
  const provider = findShippedProvider(id);
  if (!provider) throw new Problem('unknown_provider');
  return provider;
}

function previewOf(provider: string, read: ReadImport, before: StoredImport | undefined): ImportPreview {
  const { operations, scopes } = read;
  const named = JSON.stringify([provider, before?.digest ?? null, before?.version ?? 0, operations, scopes]);
  return {
    ...read,
    digest: sha256(named).toString('base64url'),
    changes: operationChanges(before ? apiOf(before).operations : [], operations),
  };
}

function countsOf(changes: readonly OperationChange[]): Record<OperationChange['change'], number> {
  const count = (kind: OperationChange['change']) => changes.filter(({ change }) => change === kind).length;
  return { added: count('added'), changed: count('changed'), removed: count('removed') };
}

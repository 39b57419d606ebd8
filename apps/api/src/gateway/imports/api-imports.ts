import { Injectable } from '@nestjs/common';
import { findShippedProvider, type Provider } from '@valetkey/providers';
import {
  importingProvider,
  importInThread,
  OpenApiFault,
  operationChanges,
  type DocumentImport,
  type OperationChange,
  type SelectedOperation,
} from '@valetkey/providers/openapi';
import { Audit, type AuditActor } from '../../audit/index.js';
import { Clock, notFound, Problem, sha256, type RequestTrace } from '../../platform/index.js';
import { apiOf, ImportedApis } from './imported-apis.js';
import { ImportedApisRepository, type StoredImport } from './imported-apis.repository.js';

/** A document for a provider, and the operations of it that become actions. */
export interface WantedImport {
  readonly provider: string;
  /** JSON or YAML. */
  readonly document: string;
  readonly operations: readonly SelectedOperation[];
}

/** An import as it would be: nothing of it is stored. */
export interface ImportPreview extends DocumentImport {
  /** Names exactly these actions in place of exactly those in force. */
  readonly digest: string;
  readonly changes: readonly OperationChange[];
}

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
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 404 `unknown_provider`, 400 `invalid_document` */
  async preview(wanted: WantedImport): Promise<ImportPreview> {
    return previewOf(
      wanted.provider,
      await this.read(wanted),
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
    const preview = previewOf(provider, await this.read(wanted), before);
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

  private async read({ provider: id, document, operations }: WantedImport): Promise<DocumentImport> {
    const provider = requireProvider(id);
    try {
      return await importInThread(document, operations, importingProvider(provider));
    } catch (error) {
      if (error instanceof OpenApiFault) throw new Problem('invalid_document', { fault: error.message });
      throw error;
    }
  }
}

function requireProvider(id: string): Provider {
  const provider = findShippedProvider(id);
  if (!provider) throw new Problem('unknown_provider');
  return provider;
}

function previewOf(provider: string, read: DocumentImport, before: StoredImport | undefined): ImportPreview {
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

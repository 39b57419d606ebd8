import { findShippedProvider, type ImportedApi } from '@valetkey/providers';
import { isTool } from '@valetkey/providers/mcp';
import type { z } from 'zod';
import type { ImportPreview } from './api-imports.js';
import { apiOf } from './imported-apis.js';
import type { ImportVersion, StoredImport } from './imported-apis.repository.js';
import type { importedProviderDetail, importedProviderView, previewView } from './imports.schemas.js';

/** A preview as operators see it. */
export function viewPreview(provider: string, preview: ImportPreview): z.output<typeof previewView> {
  const { digest, title, version, changes, refused, notes, operations, offered } = preview;
  return {
    ...{ digest, title, version },
    changes: changes.map(({ action, change, details }) => ({
      action: `${provider}.${action}`,
      change,
      details: [...details],
    })),
    refused: [...refused],
    notes: [...notes],
    actions: operations.map((operation) => viewOperation(provider, operation)),
    offered: [...offered],
  };
}

/** An import in force. */
export function viewImport(stored: StoredImport): z.output<typeof importedProviderView> {
  const { provider } = stored;
  return {
    id: provider,
    displayName: findShippedProvider(provider)?.displayName ?? provider,
    ...viewVersion(stored),
    actions: apiOf(stored).operations.map(({ name }) => `${provider}.${name}`),
    held: viewHeld(stored),
  };
}

export function viewImportDetail(
  stored: StoredImport,
  versions: readonly ImportVersion[],
): z.output<typeof importedProviderDetail> {
  return {
    ...viewImport(stored),
    operations: apiOf(stored).operations.map((operation) => viewOperation(stored.provider, operation)),
    selected: JSON.parse(stored.selected) as z.output<typeof importedProviderDetail>['selected'],
    versions: versions.map(viewVersion),
  };
}

/** A definition that was agreed to since is not held. */
function viewHeld(stored: StoredImport): z.output<typeof importedProviderView>['held'] {
  return apiOf(stored).operations.flatMap((one) => {
    const seen = isTool(one) ? stored.held[one.path] : undefined;
    const isHeld = seen !== undefined && isTool(one) && seen.fingerprint !== one.fingerprint;
    return isHeld ? [{ action: `${stored.provider}.${one.name}`, since: seen.at }] : [];
  });
}

function viewVersion({ version, digest, title, documentVersion, importedBy, createdAt }: ImportVersion) {
  return { version, digest, title, documentVersion, importedBy, importedAt: createdAt.toISOString() };
}

function viewOperation(provider: string, operation: ImportedApi['operations'][number]) {
  const { name, operationId, method, path, title, summary, effect, scopes, input } = operation;
  return {
    action: `${provider}.${name}`,
    ...(operationId === undefined ? {} : { operationId }),
    ...{ method, path, title, summary, effect, scopes: [...scopes], input },
  };
}

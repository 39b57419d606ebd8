import { Injectable } from '@nestjs/common';
import { TransactionalRepository, type Transaction } from '../../platform/index.js';

/** The version of an import that is in force, without its operations. */
export interface ImportInForce {
  readonly provider: string;
  readonly version: number;
  readonly digest: string;
  readonly held: HeldTools;
}

/** Tools of an MCP server that have another definition by now: its fingerprint, and when it was first seen. */
export type HeldTools = Readonly<Record<string, { readonly fingerprint: string; readonly at: string }>>;

/** One version of an import, as it is stored: `operations`, `scopes` and `selected` are JSON. */
export interface StoredImport extends ImportInForce {
  readonly title: string;
  readonly documentVersion: string;
  readonly operations: string;
  readonly scopes: string;
  /** The operations as they were asked for. */
  readonly selected: string;
  readonly importedBy: string;
  readonly createdAt: Date;
}

/** A version in a list of them. */
export type ImportVersion = Omit<StoredImport, 'operations' | 'scopes' | 'selected' | 'held'>;

/** The earlier versions that are kept of each import. */
const MOST_VERSIONS = 50;

@Injectable()
export class ImportedApisRepository extends TransactionalRepository {
  /** As much of the imports in force as must be read to see that nothing has changed. */
  async inForce(): Promise<ImportInForce[]> {
    return this.prisma.$queryRaw<ImportInForce[]>`
      SELECT "provider", "version", v."digest", "held"
      FROM "imported_apis" JOIN "imported_api_versions" v USING ("provider", "version")
      ORDER BY "provider"`;
  }

  /** All imports in force, by provider. */
  async all(): Promise<StoredImport[]> {
    return this.prisma.$queryRaw<StoredImport[]>`
      SELECT "provider", "version", v."digest", v."title", v."document_version" AS "documentVersion", v."operations",
        v."scopes", v."selected", v."imported_by" AS "importedBy", v."created_at" AS "createdAt", "held"
      FROM "imported_apis" JOIN "imported_api_versions" v USING ("provider", "version")
      ORDER BY "provider"`;
  }

  async findImport(provider: string): Promise<StoredImport | undefined> {
    return (await this.all()).find((one) => one.provider === provider);
  }

  /** The newest first. */
  versions(provider: string): Promise<ImportVersion[]> {
    return this.prisma.importedApiVersion.findMany({
      where: { provider },
      omit: { operations: true, scopes: true, selected: true },
      orderBy: { version: 'desc' },
      take: MOST_VERSIONS,
    });
  }

  /** Puts a version in force that follows another, of which nothing is held; @returns false when that is not the one in force any more. */
  async put(
    tx: Transaction,
    { provider, version, createdAt: _, held: __, ...rest }: StoredImport,
  ): Promise<boolean> {
    const taken =
      version === 1
        ? await tx.importedApi.createMany({ data: { provider, version }, skipDuplicates: true })
        : await tx.importedApi.updateMany({
            where: { provider, version: version - 1 },
            data: { version, held: {} },
          });
    if (taken.count === 0) return false;
    await tx.importedApiVersion.create({ data: { provider, version, ...rest } });
    await tx.importedApiVersion.deleteMany({
      where: { provider, version: { lte: version - MOST_VERSIONS } },
    });
    return true;
  }

  /**
   * Holds tools of the version that is in force, if that is still this one.
   * @returns the names of those that were not held yet with this definition
   */
  async hold(
    tx: Transaction,
    { provider, version }: Pick<ImportInForce, 'provider' | 'version'>,
    { changed, at }: { readonly changed: Readonly<Record<string, string>>; readonly at: string },
  ): Promise<string[]> {
    await tx.$executeRaw`SELECT 1 FROM "imported_apis" WHERE "provider" = ${provider} FOR UPDATE`;
    const row = await tx.importedApi.findUnique({ where: { provider } });
    if (row?.version !== version) return [];
    const held = row.held as HeldTools;
    const fresh = Object.entries(changed).filter(([tool, seen]) => held[tool]?.fingerprint !== seen);
    if (fresh.length === 0) return [];
    const added = fresh.map(([tool, fingerprint]) => [tool, { fingerprint, at }]);
    await tx.importedApi.update({
      where: { provider },
      data: { held: { ...held, ...Object.fromEntries(added) } },
    });
    return fresh.map(([tool]) => tool);
  }

  /** @returns whether it was there */
  async delete(tx: Transaction, provider: string): Promise<boolean> {
    return (await tx.importedApi.deleteMany({ where: { provider } })).count > 0;
  }
}

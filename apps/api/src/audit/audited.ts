import { applyDecorators, SetMetadata } from '@nestjs/common';
import { DocumentedNote, ROUTE_RECORDS } from '../platform/index.js';
import type { AuditType } from './audit-vocabulary.js';

/** The events that a route or background work may record; `because` says why it records none. */
export interface AuditDeclaration {
  readonly audits: readonly AuditType[];
  readonly because?: string;
}

export const AUDITED = Symbol('audited');

/**
 * Declares what this route or this worker may record. Refusals (`access.denied`) are recorded for every route, in one
 * place. A spec walks all routes and workers of the application and fails on one that declares nothing.
 */
export const Audits = (...audits: readonly [AuditType, ...AuditType[]]) =>
  applyDecorators(
    SetMetadata(AUDITED, { audits } satisfies AuditDeclaration),
    DocumentedNote(ROUTE_RECORDS, true),
  );

/** Declares that nothing is recorded, and why that is right. On a controller it counts for its GET routes only. */
export const AuditsNothing = (because: string) =>
  applyDecorators(
    SetMetadata(AUDITED, { audits: [], because } satisfies AuditDeclaration),
    DocumentedNote(ROUTE_RECORDS, false),
  );

import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { actorOf, Audit, Audits } from '../audit/index.js';
import {
  Clock,
  invalidInput,
  Jobs,
  newId,
  notFound,
  shortened,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { Subjects } from '../policies/index.js';
import { MOST_KEPT_BYTES, type KeptResult, type ResultHandle, type ResultOwner } from './kept-result.js';
import { KeptResultsRepository } from './kept-results.repository.js';
import { partOf, type ResultPart, type WantedPart } from './result-part.js';

const SWEEP_EVERY_MS = 300_000;

/** A run whose output is kept. */
export interface ResultSource extends ResultOwner {
  readonly action: string;
  readonly connectionId: string;
  readonly taskId?: string | null;
}

/** Outputs that are too long to be handed over at once, for the caller whose run it was, for a while. */
@Audits('result.read')
@Injectable()
export class KeptResults implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly rows: KeptResultsRepository,
    private readonly audit: Audit,
    private readonly subjects: Subjects,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.subjects.register('result', async (id) => {
      const found = await this.rows.findResult(id, this.clock.date());
      return found && { userId: found.userId };
    });
  }

  onApplicationBootstrap(): void {
    this.jobs.every(SWEEP_EVERY_MS, 'deleting kept results that have expired', () =>
      this.rows.deleteExpired(this.clock.date()),
    );
  }

  /** @returns `undefined` when it is longer than any that are kept */
  async keep(
    { userId, callerType, callerId, action, connectionId, taskId = null }: ResultSource,
    output: unknown,
    livesMs: number,
  ): Promise<ResultHandle | undefined> {
    const json = JSON.stringify(output);
    const bytes = Buffer.byteLength(json);
    if (bytes > MOST_KEPT_BYTES) return undefined;
    const now = this.clock.now();
    const owner = { userId, callerType, callerId };
    const times = { createdAt: new Date(now), expiresAt: new Date(now + livesMs) };
    const result: KeptResult = { id: newId('res'), ...owner, action, connectionId, taskId, bytes, ...times };
    await this.rows.insert(result, json);
    await this.rows.deleteOldest(owner);
    return result;
  }

  /** @throws Problem 404 for one that is over, and for everybody but the caller whose run it was and its user */
  async getResult(id: string, caller: Caller): Promise<KeptResult> {
    const result = await this.rows.findResult(id, this.clock.date());
    if (!result || !isVisible(result, caller)) throw notFound('result; it may be over');
    return result;
  }

  /** Those of a caller for a user, the newest first. */
  listResults(caller: Caller, userId: string): Promise<KeptResult[]> {
    return this.rows.listResults({ userId, callerType: caller.type, callerId: caller.id }, this.clock.date());
  }

  /** The output of a task, as long as it is kept. */
  ofTask(taskId: string): Promise<KeptResult | undefined> {
    return this.rows.findResultOfTask(taskId, this.clock.date());
  }

  /** The whole output of a run that has just ended, for its caller; no reading of its own. */
  async outputOf({ id }: Pick<KeptResult, 'id'>): Promise<unknown> {
    const json = await this.rows.readOutput(id);
    return json === undefined ? undefined : JSON.parse(json);
  }

  /** A part, read and recorded. @throws Problem 400 for a path that leads nowhere; 404 when it is over */
  async readPart(
    result: KeptResult,
    wanted: WantedPart,
    { caller, trace }: { readonly caller: Caller; readonly trace: RequestTrace },
  ): Promise<ResultPart> {
    const json = await this.rows.readOutput(result.id);
    if (json === undefined) throw notFound('result; it may be over');
    const part = partOf(JSON.parse(json), wanted);
    if (!part) throw invalidInput(`path: there is nothing at ${shortened(wanted.path ?? '')}`);
    const { id, userId, action, connectionId, taskId } = result;
    await this.audit.record({
      type: 'result.read',
      outcome: 'succeeded',
      actor: actorOf(caller),
      userId,
      agentId: caller.type === 'agent' ? caller.id : undefined,
      connectionId,
      action,
      taskId: taskId ?? undefined,
      ...trace,
      detail: { resultId: id, ...(wanted.path ? { path: wanted.path } : {}) },
    });
    return part;
  }
}

function isVisible({ userId, callerType, callerId }: ResultOwner, caller: Caller): boolean {
  if (caller.type === 'user') return userId === caller.id;
  return callerType === caller.type && callerId === caller.id;
}

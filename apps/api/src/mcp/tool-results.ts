import type { CallToolResult } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { heldRunView } from '../gateway/index.js';
import type { ProblemAnswer } from '../platform/index.js';
import type { taskView } from '../tasks/index.js';

type Pending = z.input<typeof heldRunView>;

/** An approval as a task shows it. */
type PendingApproval = NonNullable<z.output<typeof taskView>['approval']>;

/** A sentence for the model, and the same as data. */
export function readableResult(text: string, structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent };
}

/** A refusal or failure: why, and what the model or the user can do about it. */
export function problemResult(problem: ProblemAnswer): CallToolResult {
  const { code, detail, extensions } = problem;
  const { retryAfterMs, connections } = extensions;
  const lines = [
    consentSentence(problem),
    ...(Array.isArray(connections) ? connections.map((one) => `- ${JSON.stringify(one)}`) : []),
    ...(typeof retryAfterMs === 'number' ? [`Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`] : []),
  ];
  return { ...readableResult(lines.join('\n'), { code, detail, ...extensions }), isError: true };
}

/** The problem in words, with the link where a consent helps. */
export function consentSentence({ detail, extensions }: ProblemAnswer): string {
  const { authorizationUri } = extensions;
  if (typeof authorizationUri !== 'string') return detail;
  return `${detail}\nThe user has to open ${authorizationUri} and agree; then call the tool again.`;
}

/** A call that waits for a person: it runs by itself once they agree. */
export function pendingResult({ id, status, approval, error }: Pending): CallToolResult {
  const facts = { taskId: id, status, ...(approval ? { approval } : {}), ...(error as object | undefined) };
  if (approval?.status !== 'pending')
    return readableResult(`Task ${id} is ${status}. Read it again with get_task.`, facts);
  const {
    id: approvalId,
    approvalUri,
    preview,
    expiresAt,
    needed,
    agreed,
  } = approval as unknown as PendingApproval;
  const who =
    needed > 1
      ? `${needed} people have to agree first (${agreed.length} has)`
      : 'A person has to agree first';
  const text =
    `${who}: ${preview}\n` +
    `They do so at ${approvalUri} until ${expiresAt}. It then runs by itself: do not call it again, ` +
    `but read the result with get_task and taskId ${id}.`;
  const structured = { code: 'approval_required', ...facts, approvalId, approvalUri, expiresAt };
  return { ...readableResult(text, structured), isError: true };
}

/** A task that failed, or waits for a consent. */
export function failedResult({ id, status, error, approval }: z.output<typeof taskView>): CallToolResult {
  const { code = 'internal_error', detail = '', ...extensions } = error ?? {};
  return problemResult({
    status: 200,
    code,
    detail,
    extensions: { ...extensions, taskId: id, taskStatus: status, ...(approval ? { approval } : {}) },
    headers: {},
  });
}

import { z } from 'zod';
import type { RecoverCall, Recovery } from '../core/action.js';
import { apiPath } from '../core/api-path.js';
import { githubIssue, marker, toIssue, type issue } from './issue.js';

const perPage = 100;
const maxPages = 10;

/** Clocks differ: GitHub's may be behind ours by this much. */
const skewMs = 300_000;

/**
 * Looks for the effect's marker in the newest issues, as far back as the first attempt. The search API is not
 * used: its index lags behind, and an issue that it does not show yet would be opened twice.
 */
export async function findMarkedIssue(
  call: RecoverCall<{ owner: string; repo: string }>,
): Promise<Recovery<z.output<typeof issue>>> {
  const { input, http, effectId, attemptedAt } = call;
  const sought = marker(effectId);
  const oldest = attemptedAt ? attemptedAt.getTime() - skewMs : undefined;
  for (let page = 1; page <= maxPages; page += 1) {
    const issues = await http.get(apiPath`/repos/${input.owner}/${input.repo}/issues`, {
      query: { state: 'all', sort: 'created', direction: 'desc', per_page: perPage, page },
      response: z.array(githubIssue),
    });
    const match = issues.find(({ body }) => body?.includes(sought));
    if (match) return { found: toIssue(match) };
    const last = issues.at(-1)?.created_at;
    const isPast = oldest !== undefined && last !== undefined && Date.parse(last) < oldest;
    if (issues.length < perPage || isPast) return { absent: true };
  }
  return { unknown: `not among the newest ${perPage * maxPages} issues, and there are more` };
}

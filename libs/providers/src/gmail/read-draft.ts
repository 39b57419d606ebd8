import type { z } from 'zod';
import { apiPath } from '../core/api-path.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { gmailDraft } from './draft.js';

/** The draft with its headers, `undefined` when it is sent or deleted. */
export async function readDraft(
  http: ProviderHttp,
  draftId: string,
): Promise<z.output<typeof gmailDraft> | undefined> {
  try {
    return await http.get(apiPath`/users/me/drafts/${draftId}`, {
      query: { format: 'metadata' },
      response: gmailDraft,
    });
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}

import { z } from 'zod';
import { apiPath } from '../core/api-path.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';

export const labelledMessage = z.object({
  id: z.string().describe('Gmail id of the message'),
  threadId: z.string().optional().describe('Gmail id of its conversation'),
  labelIds: z.array(z.string()).default([]).describe('All labels that it has now'),
});

/** The labels of a message as they are now, `undefined` when it is gone. */
export async function readLabels(
  http: ProviderHttp,
  messageId: string,
): Promise<z.output<typeof labelledMessage> | undefined> {
  try {
    return await http.get(apiPath`/users/me/messages/${messageId}`, {
      query: { format: 'minimal' },
      response: labelledMessage,
    });
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}

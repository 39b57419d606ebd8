import { ProviderError } from '../core/provider-error.js';

/**
 * Says what a 404 means under `drive.file`: the file may well be there, but neither made nor opened with this app.
 * Only a wider consent (`drive`) or the user's picking the file helps.
 */
export async function openToApp<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'not_found') throw error;
    const { provider, code, status, mayHaveHappened } = error;
    throw new ProviderError({
      provider,
      code,
      status,
      mayHaveHappened,
      reason: 'not_open_to_this_app',
    });
  }
}

import { z } from 'zod';
import type { RecoverCall, Recovery } from '../core/action.js';
import { effectKey } from '../core/effect-key.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { driveFileFields, storedFile, type StoredFile } from './file.js';

/** Property that only our app sees on a file that it made; never shown to people. */
const PROPERTY = 'valetkeyEffect';

/** How long after its creation a file may be missing in a search. */
export const SETTLE_MS = 30_000;

/** Marks a new file with its effect, so that it can be found again. */
export const effectMark = (effectId: string) => ({ appProperties: { [PROPERTY]: effectKey(effectId) } });

/** Looks for the file that bears the mark. Copies of it, made by others, bear it too, so the oldest counts. */
export async function findMarked({
  http,
  effectId,
}: Pick<RecoverCall<unknown>, 'http' | 'effectId'>): Promise<Recovery<StoredFile>> {
  const { files, incompleteSearch } = await http.get('/files', {
    query: {
      q: `appProperties has { key='${PROPERTY}' and value='${effectKey(effectId)}' }`,
      orderBy: 'createdTime',
      pageSize: 1,
      fields: `incompleteSearch,files(${driveFileFields})`,
      corpora: 'allDrives',
      supportsAllDrives: true,
      includeItemsFromAllDrives: true,
    },
    response: z.object({
      files: z.array(storedFile).default([]),
      incompleteSearch: z.boolean().default(false),
    }),
  });
  if (files[0]) return { found: files[0] };
  return incompleteSearch ? { unknown: 'Drive did not look everywhere' } : { absent: true };
}

/**
 * An id of Drive's own choice, with which a creation can be repeated without doubling. `undefined` where a stand-in for
 * Drive has none to give: the mark alone must do then.
 */
export async function newFileId(http: ProviderHttp): Promise<string | undefined> {
  try {
    const { ids } = await http.get('/files/generateIds', {
      query: { count: 1, space: 'drive', type: 'files' },
      response: z.object({ ids: z.tuple([z.string()], z.string()) }),
    });
    return ids[0];
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}

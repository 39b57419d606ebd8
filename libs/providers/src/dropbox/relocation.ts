import { z } from 'zod';
import { dropboxEntry } from './entry.js';
import { existingPath, newPath } from './paths.js';

/** From where to where. */
export const relocation = z.strictObject({
  from: existingPath.describe('Path or id'),
  to: newPath.describe('New path, name included'),
});

export const relocationBody = ({ from, to }: z.output<typeof relocation>) => ({
  from_path: from,
  to_path: to,
  autorename: false,
});

export const relocated = z.object({ metadata: dropboxEntry }).transform(({ metadata }) => metadata);

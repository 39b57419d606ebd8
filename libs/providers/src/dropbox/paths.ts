import { z } from 'zod';

/** A path as a caller gives it; Dropbox wants none to end in a slash, and the top to be empty. */
const path = z
  .string()
  .max(1024)
  .transform((value) => value.replace(/(?<!\/)\/+$/, ''));

/** A folder, by default the top. */
export const folderPath = path
  .refine((value) => /^$|^\/|^id:|^ns:/.test(value), "begins with '/' or is an id")
  .default('');

/** Something that is there. */
export const existingPath = path.refine(
  (value) => /^\/.|^id:./.test(value),
  "begins with '/' or is an id like id:a4ayc_80_OE, and is not the top",
);

/** Where something new is to be. */
export const newPath = path.refine((value) => /^\/.*[^/]$/s.test(value), "begins with '/' and has a name");

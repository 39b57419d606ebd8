import { z } from 'zod';

const MAX_LENGTH = 255;

/**
 * The fault of a user id; `undefined` when there is none. `.` and `..` are refused because addresses that contain them
 * resolve to others (RFC 3986, section 5.2.4), white space at the ends because headers lose it (RFC 9110, section 5.5):
 * each would make one user's id name another user.
 */
function faultOf(id: string): string | undefined {
  if (/[\p{Cc}\p{Cs}]/u.test(id)) return 'must not hold control characters';
  if (/^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u.test(id)) return 'must not be blank';
  if (/^\s|\s$/u.test(id)) return 'must not begin or end with white space';
  if (id === '.' || id === '..') return 'must not be "." or ".."';
  return undefined;
}

/** A user id is the calling app's: 1 to 255 printable characters, none of them white space at either end. */
export const userIdSchema = z
  .string()
  .min(1)
  .max(MAX_LENGTH)
  .superRefine((id, context) => {
    const message = faultOf(id);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

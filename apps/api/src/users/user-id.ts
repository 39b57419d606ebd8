import { z } from 'zod';

/** A user id is the calling app's: any printable text without control characters, up to 255 of them. */
export const userIdSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters');

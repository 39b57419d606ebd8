import type { ClassifyFailure } from '../core/failure.js';
import { classifyGoogleFailure } from '../google/classify-google-failure.js';

/** Gmail answers bursts with 429 and daily limits with 403; both carry a reason that Google's classifier knows. */
export const classifyFailure: ClassifyFailure = classifyGoogleFailure;

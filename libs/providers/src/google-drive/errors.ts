import type { ClassifyFailure } from '../core/failure.js';
import { classifyGoogleFailure } from '../google/classify-google-failure.js';

/** A full Drive (`storageQuotaExceeded`) is no rate limit: waiting does not help, so it stays `invalid_request`. */
export const classifyFailure: ClassifyFailure = classifyGoogleFailure;

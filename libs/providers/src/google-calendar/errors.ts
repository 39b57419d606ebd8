import type { ClassifyFailure } from '../core/failure.js';
import { classifyGoogleFailure } from '../google/classify-google-failure.js';

/** 410 is either a deleted event or an outdated sync token; both are gone. */
export const classifyFailure: ClassifyFailure = classifyGoogleFailure;

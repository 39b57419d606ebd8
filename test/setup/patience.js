import { jest } from '@jest/globals';

/** A busy machine is no failure. */
jest.setTimeout(30_000);

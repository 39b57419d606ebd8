import { jest } from '@jest/globals';

/** A busy machine is no failure: this is reached only by what hangs. */
jest.setTimeout(120_000);

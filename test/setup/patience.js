import { jest } from '@jest/globals';

/** A busy machine is no failure: these specs wait for a database, a provider and workers. */
jest.setTimeout(30_000);

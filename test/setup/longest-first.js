import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** The suites that take longest, the longest first. */
const LONGEST = [
  'test/browser/dashboard.browser-spec.ts',
  'test/vault.e2e-spec.ts',
  'apps/api/src/connections/refresh/refresh-faults.int-spec.ts',
  'test/crashes/refresh-crash.e2e-spec.ts',
  'test/revocations.e2e-spec.ts',
  'test/crashes/crash.e2e-spec.ts',
  'test/crashes/connect-crash.e2e-spec.ts',
  'test/first-start.e2e-spec.ts',
  'test/start-errors.e2e-spec.ts',
  'test/key-services.e2e-spec.ts',
  'test/offboarding.e2e-spec.ts',
];

/** Kinds of specs, those that start the most processes first. */
const KINDS = ['browser', 'e2e', 'integration', 'unit'];

/**
 * Starts long suites early, so that no worker is left with one at the end while the other has nothing to do. Jest
 * itself goes by the last run, and in a fresh clone by the length of files, which says little about processes.
 */
export default class LongestFirst extends Sequencer {
  /** The suites in the order in which they are to start. */
  sort(tests) {
    const usual = super.sort(tests);
    return usual
      .map((test, index) => ({ test, rank: [rankInList(test), rankOfKind(test), index] }))
      .sort((a, b) => compare(a.rank, b.rank))
      .map(({ test }) => test);
  }
}

function rankInList({ path, context }) {
  const place = LONGEST.indexOf(relative(context.config.rootDir, path).replaceAll('\\', '/'));
  return place === -1 ? LONGEST.length : place;
}

function rankOfKind({ context }) {
  return KINDS.indexOf(context.config.displayName?.name);
}

function compare(a, b) {
  const place = a.findIndex((rank, index) => rank !== b[index]);
  return place === -1 ? 0 : a[place] - b[place];
}

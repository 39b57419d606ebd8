import { availableParallelism } from 'node:os';

/** Unit and integration specs sit beside the code; `test/` holds what runs against whole processes. */
const base = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['valetkey-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  // Its options are in .swcrc.
  transform: { '^.+\\.tsx?$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
};

export default {
  // Most specs wait for processes and providers: two at a time are faster also where there are two cores.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // A worker keeps the modules of every suite that it has run; one that has grown so far is replaced.
  workerIdleMemoryLimit: '1500MB',
  testSequencer: '<rootDir>/test/setup/longest-first.js',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,scripts,bench,test/architecture}/**/*.spec.{ts,tsx}'],
      setupFilesAfterEnv: ['<rootDir>/test/setup/patience.js'],
      globalSetup: '<rootDir>/test/setup/unit-setup.js',
    },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs}/**/*.int-spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/setup/patience.js'],
      globalSetup: '<rootDir>/test/setup/integration-setup.js',
      globalTeardown: '<rootDir>/test/setup/integration-teardown.js',
    },
    {
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/test/setup/e2e-setup.js',
      globalTeardown: '<rootDir>/test/setup/e2e-teardown.js',
    },
    {
      ...base,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/**/*.browser-spec.ts'],
      globalSetup: '<rootDir>/test/setup/browser-setup.js',
    },
  ],
};

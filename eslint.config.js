import tseslint from 'typescript-eslint';

const small = {
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 5],
  complexity: ['error', 15],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      'apps/api/src/platform/prisma/generated/',
      'coverage/',
      '.valetkey/',
    ],
  },
  ...tseslint.configs.strict,
  {
    rules: {
      ...small,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'process', message: 'import process from "node:process"' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: [
      '**/*.{spec,int-spec,e2e-spec,browser-spec}.{ts,tsx}',
      'test/**',
      'scripts/**',
      'bench/**',
      '*.js',
      '*.ts',
      'libs/providers/src/testing/**',
    ],
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      'no-restricted-globals': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);

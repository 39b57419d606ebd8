import { readFileSync } from 'node:fs';
import { CATALOGUE } from '../apps/api/src/platform/problems/index.js';
import { problemPage } from './problem-page.ts';

describe('docs/problems.md', () => {
  it('holds every problem of the catalogue (if not: node scripts/problem-page.ts)', () => {
    expect(readFileSync('docs/problems.md', 'utf8')).toBe(problemPage(CATALOGUE));
  });
});

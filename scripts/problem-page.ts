/**
 * node scripts/problem-page.ts
 *
 * Writes docs/problems.md from the catalogue of problems; its spec says when that is due.
 */
import { writeFileSync } from 'node:fs';
import type { ProblemEntry } from '../apps/api/dist/platform/problems/index.js';

const HEAD = `# Problems

Every error is a problem of RFC 9457: \`type\` (\`urn:valetkey:problem:<code>\`), \`title\`, \`status\`, \`detail\`, \`code\` and
\`instance\`, the id of the request. **Branch on \`code\`**; the details are for people and may change. Parts in braces differ
from one problem to the next; what stands in italics is an example. \`/openapi.json\` says which codes each route answers; on \`/api/*\` some have the names that
Logto's clients know.

<!-- Written by scripts/problem-page.ts from apps/api/src/platform/problems. -->

| code | status | detail | members |
| ---- | ------ | ------ | ------- |
`;

/** The page, with a row for each detail of each code. */
export function problemPage(catalogue: Readonly<Record<string, ProblemEntry>>): string {
  const rows = Object.entries(catalogue)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { status, detail, retryable, parts = {}, members = {} }]) => {
      const free = /^\{(\w+)\}$/.exec(detail)?.[1];
      const words = free === undefined ? detail : `_${parts[free]}_`;
      const all = [...(retryable ? ['retryable'] : []), ...Object.keys(members)].map(
        (member) => `\`${member}\``,
      );
      return `| \`${name.split('.')[0]}\` | ${status} | ${words} | ${all.join(', ')} |\n`;
    });
  return HEAD + rows.join('');
}

if (import.meta.main) {
  const { CATALOGUE } = await import('../apps/api/dist/platform/problems/index.js');
  writeFileSync('docs/problems.md', problemPage(CATALOGUE));
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const JSCPD = 'node_modules/jscpd/run-jscpd.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'valetkey-duplicates-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the check over these files, by the rules for the tree. @returns its exit status */
function check(files: Readonly<Record<string, string>>): number | null {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return spawnSync(process.execPath, [JSCPD, '--config', '.jscpd.json', folder]).status;
}

const logic = (lines: number) =>
  Array.from({ length: lines }, (_, n) => `  total += rate${n} * hours.get('day ${n}');`).join('\n');
const costs = (name: string, lines: number) =>
  `export function ${name}(hours: Hours): number {\n  let total = ${name.length};\n${logic(lines)}\n  return ${name}Of(total);\n}\n`;

describe('the check for code that stands twice', () => {
  it('reports more than ten lines that two files share', () => {
    expect(check({ 'one.ts': costs('wages', 12), 'other.ts': costs('fees', 12) })).toBe(1);
  });

  it('lets shorter runs be', () => {
    expect(check({ 'one.ts': costs('wages', 8), 'other.ts': costs('fees', 8) })).toBe(0);
  });

  it('lets the lists of imports and collaborators be that are alike', () => {
    const names = Array.from({ length: 30 }, (_, n) => `  name${n},\n`).join('');
    const imports = `import {\n${names}} from './names.js';\n`;
    const collaborators = Array.from({ length: 14 }, (_, n) => `    private readonly c${n}: C${n},\n`).join(
      '',
    );
    const classNamed = (name: string) =>
      `${imports}export class ${name} {\n  constructor(\n${collaborators}  ) {}\n  ${name}Of = '${name}';\n}\n`;
    expect(check({ 'one.ts': classNamed('Wages'), 'other.ts': classNamed('Fees') })).toBe(0);
  });

  it('lets specs say things twice', () => {
    expect(check({ 'one.spec.ts': costs('wages', 12), 'other.spec.ts': costs('fees', 12) })).toBe(0);
  });
});

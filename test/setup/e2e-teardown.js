import { rmSync } from 'node:fs';
import process from 'node:process';

/** Drops the template of the test servers' data directories. */
export default function tearDown() {
  const { E2E_TEMPLATE: directory } = process.env;
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}

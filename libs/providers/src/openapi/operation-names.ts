import { createHash } from 'node:crypto';

/** A model's API takes names of 64 characters; a dot counts for two. */
const MOST_TOOL_NAME = 64;

const lengthOf = (name: string): number => name.replaceAll('.', '__').length;

/** The name of an action for an operation of the document, as near to its id as names of tools allow. */
export function actionNameOf(operationId: string, provider: string): string {
  const parts = operationId
    .split(/[./:\s]+/)
    .map((part) =>
      part
        .replace(/[^\w-]+/g, '-')
        .replace(/[-_]+/g, (run) => (run.includes('-') ? '-' : '_'))
        .replace(/^[-_]|[-_]$/g, ''),
    )
    .filter((part) => part !== '');
  const joined = parts.join('.');
  const name = /^[A-Za-z]/.test(joined) ? joined : `op-${joined}`.replace(/-$/, '');
  return shortened(name, MOST_TOOL_NAME - lengthOf(`${provider}.`));
}

/** Why a name that an operator chose is none; `undefined` when it is one. */
export function nameFault(name: string, provider: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)*$/.test(name) || /__|_\.|_$/.test(name))
    return 'must be words of letters, digits, single "_" and "-", with dots between them';
  return lengthOf(`${provider}.${name}`) > MOST_TOOL_NAME
    ? `is too long: with the provider it may have ${MOST_TOOL_NAME} characters, a dot counting for two`
    : undefined;
}

/** A name that is too long ends in a hash, so that two of them stay two. */
function shortened(name: string, most: number): string {
  if (lengthOf(name) <= most) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6);
  let cut = name;
  while (lengthOf(cut) > most - 7) cut = cut.slice(0, -1);
  return `${cut.replace(/[._-]$/, '')}-${hash}`;
}

/** The name of a member of the input. Dots and brackets of the provider's name become `_`. */
export function memberNameOf(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9-]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 50);
  return plain === '' ? 'value' : plain;
}

import { operationChanges } from './operation-changes.js';
import { read, taking, type Json } from './testing/acme-document.js';

const operation = async (properties: Json, required: string[] = []) => {
  const { operations } = await read(taking({ type: 'object', properties, required }));
  if (!operations[0]) throw new Error('nothing was taken');
  return operations[0];
};

it('says of each action what an import adds, takes away and changes', async () => {
  const before = await operation({ a: { type: 'string' }, b: { type: 'string' } });
  const after = {
    ...(await operation({ a: { type: 'integer' }, c: { type: 'string' } }, ['c'])),
    effect: 'destructive' as const,
  };
  expect(operationChanges([before], [before])).toEqual([]);
  expect(operationChanges([], [before])).toEqual([
    { action: 'thing', change: 'added', details: ['POST /things', 'write'] },
  ]);
  expect(
    operationChanges([before], [{ ...before, name: 'other' }]).map(({ action, change }) => [action, change]),
  ).toEqual([
    ['other', 'added'],
    ['thing', 'removed'],
  ]);
  expect(operationChanges([before], [after])).toEqual([
    {
      action: 'thing',
      change: 'changed',
      details: [
        'effect: write → destructive',
        'input: a is another',
        'input: b is gone',
        'input: c is new, and needed',
      ],
    },
  ]);
});

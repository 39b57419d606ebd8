import { parseInput } from '../core/action-input.js';
import type { Provider } from '../core/provider.js';
import { findShippedProvider } from '../registry.js';
import { importedAction } from './imported-action.js';
import { importingProvider, importOperations } from './import-operations.js';
import { textOf } from './testing/acme-document.js';

const GITHUB = findShippedProvider('github') as Provider;
const values = ['owner', 'repo', 'what'].map((name) => ({ name, in: 'path', schema: { type: 'string' } }));
const document = {
  openapi: '3.0.0',
  paths: {
    '/repos/{owner}/{repo}/{what}': {
      post: { operationId: 'make', parameters: values },
      delete: { operationId: 'drop', parameters: values },
    },
  },
};

/** A path with many parameters is wider than one request: rules for each of them must hold all the same. */
describe('an operation whose path is that of other requests too', () => {
  const faults = async (operation: string, what: string, effect?: 'write') => {
    const selected = { operation, effect };
    const { operations } = await importOperations(textOf(document), [selected], importingProvider(GITHUB));
    if (!operations[0]) throw new Error('nothing was taken');
    const action = importedAction(GITHUB, operations[0]);
    const input = { owner: 'ada', repo: 'engine', what };
    return parseInput(action, input).error?.issues.map(({ message }) => message);
  };

  it.each(['issues', 'ISSUES', '%69ssues', 'pulls'])(
    'takes no value %j that makes it an action of ours',
    async (what) => {
      expect(await faults('make', what)).toEqual([
        expect.stringMatching(/another request(?:: POST \/repos\/\{owner\}\/\{repo\}\/\w+)?$/),
      ]);
    },
  );

  it('takes no value with which it does more than it says', async () => {
    expect(await faults('drop', 'pages', 'write')).toEqual([
      expect.stringContaining('DELETE /repos/{owner}/{repo}/pages'),
    ]);
    expect(await faults('drop', 'pages')).toBeUndefined();
  });

  it('takes others', async () => {
    expect(await faults('make', 'elsewhere')).toBeUndefined();
  });
});

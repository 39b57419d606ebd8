import { callTo, describeProviderConformance, fixture, startAnsweringServer } from '../testing/index.js';
import { searchFiles } from './actions/search-files.js';
import { googleDriveProvider as provider } from './index.js';

describeProviderConformance(provider, {
  discovery: 'drive__v3.discovery.json.gz',
  answer: () => fixture(provider.id, 'files-list'),
  failures: [
    {
      name: 'a lack of scope',
      answer: { status: 403, body: fixture(provider.id, 'insufficient-scope') },
      means: 'insufficient_scope',
    },
    {
      name: 'a user who is too fast',
      answer: { status: 403, body: fixture(provider.id, 'rate-limited') },
      means: 'rate_limited',
    },
    {
      name: 'a full Drive, which waiting does not empty',
      answer: { status: 403, body: fixture(provider.id, 'storage-full') },
      means: 'invalid_request',
    },
    {
      name: 'a lack of rights on one file',
      answer: { status: 403, body: { error: { errors: [{ reason: 'insufficientFilePermissions' }] } } },
      means: 'invalid_request',
    },
  ],
});

it('keeps quotes of the caller inside the query', async () => {
  const server = await startAnsweringServer();
  server.answerWith(() => ({ body: { files: [] } }));
  const input = searchFiles.input.parse({
    nameContains: "it's \\ here' or trashed = true or name = '",
    folderId: 'root',
  });
  await searchFiles.run({ ...callTo(server.origin, provider), input });
  expect(server.requests[0]?.query.get('q')).toBe(
    "trashed = false and name contains 'it\\'s \\\\ here\\' or trashed = true or name = \\'' and 'root' in parents",
  );
  await server.close();
});

import { callTo, failureOf, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import { downloadFile } from './actions/download-file.js';
import { exportFile } from './actions/export-file.js';
import { getFile } from './actions/get-file.js';
import { searchFiles } from './actions/search-files.js';
import { findMarked } from './effect-mark.js';
import { googleDriveProvider as provider } from './index.js';

const own = (kind: string) => `application/vnd.google-apps.${kind}`;
const to = (targetId: string | undefined, targetMimeType?: string) => ({
  mimeType: own('shortcut'),
  shortcutDetails: { targetId, targetMimeType },
});
const files: Readonly<Record<string, object>> = {
  text: { id: 'text', name: 'a.txt', mimeType: 'text/plain', size: '5' },
  sheet: { id: 'sheet', name: 'Sheet', mimeType: own('spreadsheet') },
  folder: { id: 'folder', name: 'Folder', mimeType: own('folder') },
  toText: { id: 'toText', name: 'Link', ...to('text', 'text/plain') },
  toSheet: { id: 'toSheet', name: 'Link', ...to('sheet', own('spreadsheet')) },
  toFolder: { id: 'toFolder', name: 'Link', ...to('folder', own('folder')) },
  toGone: { id: 'toGone', name: 'Link', ...to('gone', 'text/plain') },
  toNothing: { id: 'toNothing', name: 'Link', mimeType: own('shortcut') },
};

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answerWith(({ path, query }) => {
    if (path.endsWith('/files'))
      return {
        body: { files: Object.values(files), incompleteSearch: query.get('corpora') === 'allDrives' },
      };
    const [, id = ''] = /\/files\/(\w+)/.exec(path) ?? [];
    if (path.endsWith('/export') || query.get('alt') === 'media') return { body: 'Hello' };
    return files[id] ? { body: files[id] } : { status: 404, body: {} };
  });
});
const call = <T>(input: T) => ({ ...callTo(server.origin, provider), input });
const download = (fileId: string) => downloadFile.run(call(downloadFile.input.parse({ fileId })));
const exported = (fileId: string) =>
  exportFile.run(call(exportFile.input.parse({ fileId, mimeType: 'text/csv' })));

it.each([
  ['a shortcut to a file', () => download('toText'), { name: 'a.txt', content: 'Hello' }],
  ['a shortcut to a sheet', () => exported('toSheet'), { name: 'Sheet', content: 'Hello' }],
])('reads what %s stands for', async (_name, read, shown) => {
  expect(await read()).toMatchObject(shown);
  expect(server.requests.at(-1)?.path).not.toMatch(/to(Text|Sheet)/);
});

it.each([
  ['a shortcut to nothing', () => download('toNothing'), 'shortcut_target'],
  ['a shortcut to what is gone', () => download('toGone'), 'shortcut_target'],
  ['a shortcut to what is gone, to be exported', () => exported('toGone'), 'shortcut_target'],
  ['a folder', () => download('folder'), 'is_a_folder'],
  ['a folder to be exported', () => exported('folder'), 'is_a_folder'],
  ['a shortcut to a folder', () => download('toFolder'), 'is_a_folder'],
  ['a sheet', () => download('sheet'), 'no_content_use_export'],
])('says of %s why it has no content', async (_name, read, reason) => {
  expect(await failureOf(read())).toMatchObject({ reason });
});

it.each([
  ['text', false],
  ['sheet', false],
  ['folder', true],
  ['toText', false],
  ['toFolder', true],
])('tells of %s whether it is a folder', async (fileId, isFolder) => {
  expect(await getFile.run(call(getFile.input.parse({ fileId })))).toMatchObject({ isFolder });
});

it('looks in all drives, and says when it did not look everywhere', async () => {
  const found = await searchFiles.run(call(searchFiles.input.parse({})));
  expect(found).toMatchObject({ incompleteSearch: true });
  expect(found.files.find(({ id }) => id === 'toGone')?.shortcutDetails).toEqual({
    targetId: 'gone',
    targetMimeType: 'text/plain',
  });
  expect(server.requests[0]?.query.get('fields')).toContain('incompleteSearch');
});

it('does not call an effect absent that a search may have missed', async () => {
  server.answerWith(() => ({ body: { files: [], incompleteSearch: true } }));
  expect(await findMarked(call({}))).toEqual({ unknown: expect.any(String) });
});

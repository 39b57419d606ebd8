import { describe, expect, it } from '@jest/globals';
import { findProvider } from '../registry.js';
import { effectiveBaseUrls } from './base-urls.js';
import type { Provider } from './provider.js';
import { baseOf, proxiedTarget } from './proxied-address.js';

const known = (id: string): Provider => {
  const provider = findProvider(id);
  if (!provider) throw new Error(id);
  return provider;
};
const seen = (id: string, url: string, overrides = {}) =>
  proxiedTarget(known(id), effectiveBaseUrls(known(id), overrides), new URL(url));

describe('an address of a provider, seen from our proxy', () => {
  it.each([
    ['github', 'https://api.github.com/repositories/1/issues?page=2', '/repositories/1/issues?page=2'],
    ['github', 'https://API.GITHUB.COM:443/user', '/user'],
    ['github', 'https://api.github.com/a?after=Y3%3D%3D&b=c+d', '/a?after=Y3%3D%3D&b=c+d'],
    ['github', 'https://api.github.com/a?access_token=x&page=2', '/a?page=2'],
    ['github', 'https://uploads.github.com/repos/a/b/releases/1/assets', '/repos/a/b/releases/1/assets'],
    ['google-drive', 'https://www.googleapis.com/drive/v3/files/a', '/drive/v3/files/a'],
    [
      'google-drive',
      'https://www.googleapis.com/upload/drive/v3/files?upload_id=x',
      '/upload/drive/v3/files?upload_id=x',
    ],
    ['dropbox', 'https://content.dropboxapi.com/2/files/download', '/2/files/download'],
  ])('%s: %s', (provider, url, expected) => expect(seen(provider, url)).toBe(expected));

  it.each([
    ['github', 'https://github.com/a/b'],
    ['github', 'http://api.github.com/user'],
    ['github', 'https://api.github.com.evil.example/user'],
    ['github', 'https://me@api.github.com/user'],
    ['github', 'https://api.github.com:8443/user'],
    ['github', 'https://api.github.com//evil.example/x'],
    ['google-drive', 'https://www.googleapis.com/oauth2/v3/userinfo'],
    ['google-drive', 'https://www.googleapis.com/drive/v3x/files'],
    ['dropbox', 'https://notify.dropboxapi.com/2/files/list_folder/longpoll'],
  ])('%s: %s is none', (provider, url) => expect(seen(provider, url)).toBeUndefined());

  it('is found below another installation too, and leads back to it', () => {
    const own = {
      apiBaseUrl: 'https://git.corp.example/api/v3',
      uploadBaseUrl: 'https://git.corp.example/api/uploads',
    };
    expect(seen('github', 'https://git.corp.example/api/v3/user/repos?page=2', own)).toBe(
      '/user/repos?page=2',
    );
    expect(seen('github', 'https://api.github.com/user', own)).toBeUndefined();
    const twin = { apiBaseUrl: 'http://127.0.0.1:9/google/drive/v3' };
    expect(seen('google-drive', 'http://127.0.0.1:9/google/upload/drive/v3/files', twin)).toBe(
      '/upload/drive/v3/files',
    );
  });
});

describe('the base of a request', () => {
  it.each([
    ['google-drive', 'POST', '/upload/drive/v3/files?uploadType=media', 'uploadBaseUrl'],
    ['google-drive', 'PATCH', '/%75pload/drive/v3/files/a', 'uploadBaseUrl'],
    ['gmail', 'POST', '/upload/gmail/v1/users/me/messages/send', 'uploadBaseUrl'],
    ['google-drive', 'GET', '/drive/v3/files', 'apiBaseUrl'],
    ['google-drive', 'GET', '/files/upload', 'apiBaseUrl'],
    ['github', 'POST', '/repos/a/b/releases/1/assets?name=x', 'uploadBaseUrl'],
    ['github', 'GET', '/repos/a/b/releases/1/assets', 'apiBaseUrl'],
    ['dropbox', 'POST', '/2/files/upload', 'contentBaseUrl'],
    ['dropbox', 'POST', '/files/upload_session/append_v2', 'contentBaseUrl'],
    ['dropbox', 'POST', '/2/files/download', 'contentBaseUrl'],
    ['dropbox', 'POST', '/2/sharing/get_shared_link_file', 'contentBaseUrl'],
    ['dropbox', 'POST', '/2/files/list_folder', 'apiBaseUrl'],
    ['dropbox', 'POST', '/2/files/upload_session/finish_batch', 'apiBaseUrl'],
  ])('%s: %s %s', (provider, method, target, base) =>
    expect(baseOf(known(provider), method, target)).toBe(base),
  );
});

describe('a base that nobody has overridden', () => {
  it.each([
    ['github', { apiBaseUrl: 'https://git.corp.example/api/v3' }, { uploadBaseUrl: undefined }],
    ['dropbox', { apiBaseUrl: 'https://files.corp.example/2' }, { contentBaseUrl: undefined }],
    [
      'google-drive',
      { apiBaseUrl: 'http://127.0.0.1:9/google/drive/v3' },
      { uploadBaseUrl: 'http://127.0.0.1:9/google/upload/drive/v3' },
    ],
    [
      'google-drive',
      { apiBaseUrl: 'https://proxy.example.com' },
      { uploadBaseUrl: 'https://proxy.example.com/upload/drive/v3' },
    ],
    ['google-drive', { apiBaseUrl: 'https://proxy.example.com/files' }, { uploadBaseUrl: undefined }],
    ['google-drive', {}, { uploadBaseUrl: 'https://www.googleapis.com/upload/drive/v3' }],
  ])('%s with %j: no token of another installation goes to the provider', (provider, overrides, expected) => {
    expect({
      uploadBaseUrl: undefined,
      contentBaseUrl: undefined,
      ...effectiveBaseUrls(known(provider), overrides),
    }).toMatchObject(expected);
  });
});

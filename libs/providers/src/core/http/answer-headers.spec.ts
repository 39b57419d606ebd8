import { describe, expect, it } from '@jest/globals';
import { dropbox } from '../../dropbox/definition.js';
import { github } from '../../github/definition.js';
import { googleDrive } from '../../google-drive/definition.js';
import { returnedHeaders } from './answer-headers.js';

describe('headers on the way back', () => {
  it.each([
    'Set-Cookie',
    'WWW-Authenticate',
    'Proxy-Authenticate',
    'Refresh',
    'Link',
    'Location',
    'Content-Location',
    'X-GUploader-UploadID',
    'X-Goog-Upload-URL',
    'X-Goog-Upload-Control-URL',
    'X-GitHub-SSO',
    'Azure-AsyncOperation',
    'Operation-Location',
    'Access-Control-Allow-Origin',
    'Clear-Site-Data',
    'Alt-Svc',
    'Content-Security-Policy',
    'X-Accel-Redirect',
    'X-Your-Authorization',
    'Server',
  ])('%s stays here', (name) => {
    for (const { definition } of [github, googleDrive, dropbox])
      expect(returnedHeaders(definition, { [name]: 'x' })).toEqual({});
  });

  it('hands on what describes the answer', () => {
    const headers = {
      'content-type': 'application/json',
      etag: '"1"',
      'retry-after': '3',
      'content-range': 'bytes 0-1/2',
      range: 'bytes=0-1',
    };
    expect(returnedHeaders({}, { ...headers, ETag: '"1"' })).toEqual(headers);
  });

  it.each([
    [github, { 'x-ratelimit-remaining': '1', 'x-oauth-scopes': 'repo' }],
    [googleDrive, { 'x-goog-hash': 'crc32c=x', 'x-goog-upload-status': 'active' }],
    [dropbox, { 'dropbox-api-result': '{}', 'x-dropbox-request-id': 'x' }],
  ])('hands on what the clients of a provider read ($definition.id)', ({ definition }, headers) => {
    expect(returnedHeaders(definition, headers)).toEqual(headers);
  });
});

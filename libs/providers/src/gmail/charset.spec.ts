import { decodeBody } from './charset.js';

const text = 'Grüße, 日本 – €5';
const latin = 'Grüße an alle';

/** Ways to write text that no decoder of ours can be asked to make. */
const sevenBit = Buffer.from('\x1b$B$3$s\x1b(B', 'latin1');

describe('the bytes decide how a body is read', () => {
  it.each([
    ...['iso-2022-jp', 'iso-2022-kr', 'utf-16', 'utf-16le', 'utf-16be', 'utf-32', 'utf-7', 'hz-gb-2312'],
    ...['us-ascii', 'iso-8859-1', 'windows-1252', 'gb2312', 'big5', 'shift_jis', 'koi8-r', 'cp850'],
    ...['x-unknown', 'unknown-8bit', '_iso-2022-jp$SIO', 'utf8', 'UTF-8', '', undefined],
  ])('UTF-8 under a header that says %j', async (charset) => {
    expect(await decodeBody(Buffer.from(text), charset)).toBe(text);
  });

  it.each([
    ['iso-8859-1', Buffer.from(latin, 'latin1'), latin],
    ['us-ascii', Buffer.from(latin, 'latin1'), latin],
    ['utf-16le', Buffer.from(text, 'utf16le'), text],
    ['utf-16', Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]), text],
    ['utf-16be', Buffer.from(text, 'utf16le').swap16(), text],
    ['utf-8', Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]), text],
    ['utf-8', Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(text)]), text],
    ['iso-2022-jp', sevenBit, 'こん'],
    ['windows-1251', Buffer.of(0xcf, 0xf0, 0xe8), 'При'],
    ['koi8-r', Buffer.of(0xf0, 0xd2, 0xc9), 'При'],
    ['shift_jis', Buffer.of(0x93, 0xfa, 0x96, 0x7b), '日本'],
    ['gb2312', Buffer.of(0xc8, 0xd5, 0xb1, 0xbe), '日本'],
    ['euc-kr', Buffer.of(0xc0, 0xcf, 0xba, 0xbb), '일본'],
    ['cp850', Buffer.of(0x47, 0x72, 0x81, 0xe1, 0x65), 'Grüße'],
    ['cp437', Buffer.of(0x81), 'ü'],
    ['x-nobody', Buffer.of(0xff, 0x41), '\ufffdA'],
    ['iso-2022-jp', Buffer.concat([Buffer.from('日本の'), Buffer.of(0xff)]), '日本の\ufffd'],
    ['iso-2022-jp', Buffer.from('plain'), 'plain'],
    ['utf-16', Buffer.from('plain'), 'plain'],
  ])('%s', async (charset, bytes, expected) => {
    expect(await decodeBody(bytes, charset)).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { loadSettings, SettingsError } from './settings.js';

describe('the settings of mail', () => {
  const VALETKEY_SMTP_URL = 'smtps://ada:secret@mail.example';

  it('are a server and an address that the mail comes from', () => {
    const settings = loadSettings({ VALETKEY_SMTP_URL, VALETKEY_MAIL_FROM: 'keys@example.com' });
    expect(settings.mail).toEqual({ url: VALETKEY_SMTP_URL, from: 'keys@example.com' });
    expect(loadSettings({ VALETKEY_MAIL_FROM: 'keys@example.com' }).mail).toBeUndefined();
  });

  it.each([
    ['without an address', { VALETKEY_SMTP_URL }, 'VALETKEY_MAIL_FROM'],
    ['of another protocol', { VALETKEY_SMTP_URL: 'https://mail.example' }, 'VALETKEY_SMTP_URL'],
    ['from no address', { VALETKEY_SMTP_URL, VALETKEY_MAIL_FROM: 'Keys' }, 'VALETKEY_MAIL_FROM'],
  ])('are refused %s, and the password is not repeated', (_, env, name) => {
    expect(() => loadSettings(env)).toThrow(SettingsError);
    expect(() => loadSettings(env)).toThrow(name);
    expect(() => loadSettings(env)).not.toThrow('secret');
  });
});

import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';

const TIMEOUT_MS = 15_000;

/** A mail in plain text to one person. */
export interface Mail {
  /** The same at each attempt. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail over the SMTP server of the settings. */
@Injectable()
export class Mailer {
  private transport: Promise<Transporter> | undefined;

  constructor(@Inject(SETTINGS_TOKEN) private readonly settings: Settings) {}

  /** Whether there is a server to send by. */
  get isConfigured(): boolean {
    return this.settings.mail !== undefined;
  }

  /**
   * @returns whether the server took it; false: it will never take one for this address
   * @throws Error when it could not be sent now
   */
  async send({ id, to, subject, text }: Mail): Promise<boolean> {
    const { mail, appName, publicUrl } = this.settings;
    if (!mail) throw new Error('no mail server is configured');
    this.transport ??= transportOf(mail.url);
    const transport = await this.transport;
    try {
      await transport.sendMail({
        from: { name: appName ?? 'Valetkey', address: mail.from },
        // As an object: nothing in it is read as a list of addresses.
        to: { name: '', address: to },
        messageId: `<${id}@${new URL(publicUrl).hostname}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        subject,
        text,
      });
      return true;
    } catch (error) {
      const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
      if (code === 'EENVELOPE' && responseCode >= 500) return false;
      throw error;
    }
  }
}

async function transportOf(address: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { protocol, hostname, port, username, password } = new URL(address);
  const isSecure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const isLocal = host === 'localhost' || (isIP(host) > 0 && (host === '::1' || host.startsWith('127.')));
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return createTransport({
    host,
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    // A password never crosses a network in the clear.
    requireTLS: username !== '' && !isLocal,
    ...(username === '' ? {} : { auth }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

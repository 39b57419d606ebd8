import { once } from 'node:events';
import { createServer } from 'node:net';
import { SettingsError, type Settings } from './settings.js';

/** @throws SettingsError when nothing can listen where the settings say */
export async function requireFreePort({ host, port }: Pick<Settings, 'host' | 'port'>): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new SettingsError(`port ${port} on ${host} is in use; stop what listens there or set PORT`);
    throw new SettingsError(
      `cannot listen on ${host}:${port} (${code ?? 'unknown error'}); check HOST and PORT`,
    );
  }
  probe.close();
  await once(probe, 'close');
}

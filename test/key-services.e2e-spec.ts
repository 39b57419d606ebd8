import { KEY_SERVICE_NAMES, startKeyServices } from '@valetkey/twin';
import { runToEnd, startServer, vaultCommand } from './kit/index.js';

describe('a server with a key of a key service', () => {
  // Side by side: most of the time goes by waiting until a re-wrap may believe that nobody seals with the old key.
  it.concurrent.each(KEY_SERVICE_NAMES.map((name) => [name]))(
    'starts, rotates and restarts: %s',
    async (name) => {
      const services = await startKeyServices();
      const env = { ...services.env, VALETKEY_ENCRYPTION_KEYS: services.uris[name] };
      const server = await startServer({ env });
      try {
        const rotated = await vaultCommand(server.url, 'rotate');
        expect([rotated.code, rotated.stderr]).toEqual([0, '']);
        expect(rotated.stdout).toMatch(/made key kms2/);
        await server.restart();
        const { body } = await server.operator.get('/v1/operator/vault');
        expect(body.keys.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
          ['kms2', 'seals'],
        ]);
        await server.stop();
        services.become('denying');
        const { code, stderr, stdout } = await runToEnd({ dataDir: server.dataDir, env });
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(
          /^Valetkey cannot start: VALETKEY_ENCRYPTION_KEYS: .* denies the use of the key[^\n]*\n$/,
        );
      } finally {
        await server.destroy();
        await services.close();
      }
    },
  );
});

/** The rules for the deployment files that can be checked without a container engine. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SETTINGS } from '../../apps/api/src/config/settings.js';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

const text = read('docker-compose.yml');
const { services, volumes } = parse(text, { merge: true }) as Compose;
const all = Object.entries(services);
const ours = all.filter(([, { build }]) => build !== undefined);
const known = Object.keys(SETTINGS);
const documented = [...read('.env.example').matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map(([, name]) => name ?? '');
const COMPOSE_ONLY = ['POSTGRES_PASSWORD', 'REDIS_PASSWORD'];

describe('.env.example', () => {
  it('shows every setting once, and none that does not exist', () => {
    expect([...documented].sort()).toEqual([...known, ...COMPOSE_ONLY].sort());
  });

  it('sets nothing by itself', () => {
    const lines = read('.env.example').split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  it('runs the API, a worker, PostgreSQL and Redis', () => {
    expect(Object.keys(services).sort()).toEqual(['api', 'postgres', 'redis', 'worker']);
    expect(services['api']?.environment?.['VALETKEY_ROLE']).toBe('api');
    expect(services['worker']?.environment?.['VALETKEY_ROLE']).toBe('worker');
  });

  it.each(ours)('sets only known settings for %s', (_name, { environment = {} }) => {
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(ours)('gives %s values that the settings accept', (_name, { environment = {} }) => {
    const fixed = Object.entries(environment).filter(([, value]) => !value.includes('${'));
    expect(fixed.length).toBeGreaterThan(0);
    for (const [name, value] of fixed) {
      expect(SETTINGS[name as keyof typeof SETTINGS].schema.safeParse(value).error).toBeUndefined();
    }
  });

  it('takes from outside only what .env.example shows', () => {
    const used = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
    expect([...new Set(used)].filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('has no secret and no default for one', () => {
    const secret = /PASSWORD|ENCRYPTION_KEYS/;
    const interpolations = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)([^}]*)\}/g)];
    const secrets = interpolations.filter(([, name]) => secret.test(name ?? ''));
    expect(secrets.length).toBeGreaterThan(4);
    for (const [, , rest] of secrets) expect(rest).toMatch(/^:\?.+/);
    for (const [, { environment = {} }] of all) {
      for (const [name, value] of Object.entries(environment)) {
        if (secret.test(name) || name === 'REDISCLI_AUTH') expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
      }
    }
  });

  it.each(all)('pins the image of %s by a tag', (_name, { image }) => {
    expect(image).toMatch(/^[a-z/]+:\d+\.\d+[\w.-]*$/);
  });

  it.each(all)('knows whether %s is healthy, or that it cannot know', (name, { healthcheck }) => {
    // A worker does not listen, so the check that its image brings must be off.
    expect(healthcheck).toEqual(
      name === 'worker'
        ? { disable: true }
        : expect.objectContaining({ test: expect.arrayContaining(['CMD']) }),
    );
  });

  it.each(all)('starts %s after services that exist and can be healthy', (name, { depends_on = {} }) => {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      expect(other).not.toBe(name);
      expect(condition).toBe('service_healthy');
      expect(services[other]?.healthcheck?.test).toBeDefined();
    }
  });

  it('declares the volumes that it names', () => {
    const named = all
      .flatMap(([, service]) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '');
    expect(named.filter((name) => !name.startsWith('.')).sort()).toEqual(Object.keys(volumes).sort());
  });

  it('shows itself on loopback only, and the databases to nobody', () => {
    const published = all.flatMap(([, { ports = [] }]) => ports);
    expect(published).toEqual(['127.0.0.1:3000:3000']);
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  it('runs the API with node itself, as an ordinary user, and says whether it is healthy', () => {
    expect(last).toMatch(/^CMD \["node", "apps\/api\/dist\/main\.js"\]$/m);
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('CMD ["node", "apps'));
  });

  it('starts every stage from one pinned image or an earlier stage', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\S+))?$/gm)];
    const stages = bases.map(([, , stage]) => stage);
    expect(bases.every(([, base]) => base === 'node:24-slim' || stages.includes(base))).toBe(true);
  });

  it('copies the manifest of every workspace before it installs', () => {
    for (const folder of ['apps/api', 'apps/admin', 'apps/twin', 'libs/audit-log', 'libs/providers']) {
      expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/`);
    }
  });

  it('leaves out of the image what is secret, foreign or built elsewhere', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(
      expect.arrayContaining(['.git', '.env', '.valetkey', '**/node_modules', '**/dist']),
    );
  });
});

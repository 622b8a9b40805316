import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { offerOf, parseManifest, serverCommand } from '../../src/core/target.ts';

const MANIFEST = {
  name: 'django',
  display_name: 'Django',
  language: 'python',
  category: 'production',
  kind: 'fullstack',
  servers: {
    uvicorn: {
      interfaces: ['asgi', 'wsgi'],
      variables: { mode: { asgi: 'asgi3', wsgi: 'wsgi' } },
      argv: [
        'python',
        '-m',
        'uvicorn',
        'project.{interface}:app',
        '--interface',
        '{mode}',
        '--port',
        '{port}',
        '{workers}',
      ],
    },
  },
  ready: { path: '/test' },
  workloads: ['test'],
};

const parsed = parseManifest(MANIFEST);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { manifest } = parsed;

describe('a manifest', () => {
  it('has defaults for what may be left out', () => {
    expect(manifest).toMatchObject({
      env: {},
      source: { path: '.' },
      ready: { timeout_s: 60 },
      settings: [],
      features: {},
    });
  });

  it('makes the command of a server, for each of its interfaces', () => {
    const command = (name: string) => serverCommand(manifest, 'uvicorn', { port: 8001, workers: 4, interface: name });
    expect(command('asgi').join(' ')).toBe('python -m uvicorn project.asgi:app --interface asgi3 --port 8001 4');
    expect(command('wsgi').join(' ')).toBe('python -m uvicorn project.wsgi:app --interface wsgi --port 8001 4');
    expect(() => serverCommand(manifest, 'gunicorn', { port: 1, workers: 1, interface: 'asgi' })).toThrow(RangeError);
  });

  it('becomes the offer of a runner, with the reason where it cannot run there', () => {
    expect(offerOf(manifest, 'no Python')).toMatchObject({
      target: 'django',
      servers: [{ server: 'uvicorn', interfaces: ['asgi', 'wsgi'] }],
      unavailable: 'no Python',
    });
  });

  it('without a server, or with a path out of its folder, is refused', () => {
    const wrong = parseManifest({ ...MANIFEST, servers: {}, lock: '/etc/passwd' });
    expect(wrong.ok ? [] : wrong.problems.map((each) => each.pointer)).toContain('/lock');
    const none = parseManifest({ ...MANIFEST, servers: {} });
    expect(none).toEqual({
      ok: false,
      problems: [{ pointer: '/servers', detail: 'expected at least one server, got none' }],
    });
  });

  it('with more servers than a runner may offer is refused where it is read, not by the service', () => {
    const [server] = Object.values(MANIFEST.servers);
    const servers = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`server-${i}`, server]));
    expect(parseManifest({ ...MANIFEST, servers })).toEqual({
      ok: false,
      problems: [{ pointer: '/servers', detail: 'expected at most 64 servers, got 65' }],
    });
  });
});

it('canonical JSON is the same text for equal values', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'é' }], a: undefined, A: 0.5 })).toBe(
    '{"A":0.5,"b":[1,{"c":"é","d":null}]}',
  );
  expect(canonicalJson('x')).toBe('"x"');
});

import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../../targets/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const targets = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

interface Manifest {
  name: string;
  lock: string;
  workloads: string[];
  servers: Record<string, { interfaces: string[]; variables?: Record<string, Record<string, string>>; argv: string[] }>;
  settings: { source: string }[];
  features: Record<string, { source: string }>;
}
const manifestOf = (target: string): Manifest => parse(read(`${target}/target.yaml`));

/** The rows of the report's Table 1. */
const FEATURES = [
  'request_model',
  'concurrency_mechanism',
  'primary_protocol',
  'built_in_orm',
  'admin_interface',
  'automatic_api_documentation',
  'type_validation',
  'typical_use_case',
];

test('the catalogue holds the targets of the first comparison', () => {
  expect(targets).toEqual(expect.arrayContaining(['django', 'express', 'fastapi', 'hono']));
});

describe.each(targets)('the folder %s', (target) => {
  const manifest = manifestOf(target);

  test('is named as its manifest names it', () => {
    expect(manifest.name).toBe(target);
  });

  test('tells the eight features of Table 1, and a source for each and for every setting', () => {
    expect(Object.keys(manifest.features)).toEqual(FEATURES);
    for (const { source } of [...Object.values(manifest.features), ...manifest.settings]) {
      expect(new URL(source).protocol).toBe('https:');
    }
  });

  test('offers only workloads that the contract defines', () => {
    const contract: { workloads: Record<string, unknown> } = parse(read('contract.yaml'));
    expect(Object.keys(contract.workloads)).toEqual(expect.arrayContaining(manifest.workloads));
  });

  test('has a value for every placeholder of its command, for each interface', () => {
    for (const { interfaces, variables = {}, argv } of Object.values(manifest.servers)) {
      const names = [...argv.join(' ').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
      expect(names).toEqual(expect.arrayContaining(['port', 'workers']));
      const own = names.filter((name) => !['port', 'workers', 'interface'].includes(name));
      expect(Object.keys(variables)).toEqual(own);
      for (const name of own) expect(Object.keys(variables[name] ?? {})).toEqual(interfaces);
    }
  });

  test('locks every dependency to a hash, and names no registry', () => {
    const lock = read(`${target}/${manifest.lock}`);
    const unhashed = manifest.lock.endsWith('.json') ? unhashedPackages(lock) : unhashedRequirements(lock);
    expect(unhashed).toEqual([]);
    expect(lock).not.toMatch(
      /"resolved"|^(?:-i|--index-url|--extra-index-url|--find-links)\b|https?:\/\/[^"\s]*(?:registry|\/simple\b)/m,
    );
  });
});

test('express and hono differ in their application only: store and launcher are the same, byte for byte', () => {
  for (const file of ['tasks.js', 'server.js']) expect(read(`hono/${file}`)).toBe(read(`express/${file}`));
});

function unhashedRequirements(lock: string): string[] {
  const requirements = lock
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((line) => /^\w/.test(line));
  expect(requirements.length).toBeGreaterThan(0);
  return requirements.filter((line) => !/==\S+.*--hash=sha256:[0-9a-f]{64}/.test(line));
}

function unhashedPackages(lock: string): string[] {
  const { packages }: { packages: Record<string, { integrity?: string }> } = JSON.parse(lock);
  const installed = Object.entries(packages).filter(([path]) => path !== '');
  expect(installed.length).toBeGreaterThan(0);
  return installed.flatMap(([path, { integrity }]) => (integrity?.startsWith('sha512-') === true ? [] : [path]));
}

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { offerKeys } from '../../src/core/offer.ts';
import { readCatalogue } from '../../src/runner/catalogue.ts';
import { FIXTURES, temporaryFolder } from './support/fixture-trial.ts';

const BUNDLED = fileURLToPath(new URL('../../targets', import.meta.url));

it('reads the targets of the first comparison and offers their servers and interfaces', () => {
  const { targets, offers } = readCatalogue([BUNDLED]);
  expect([...targets.keys()]).toEqual(expect.arrayContaining(['django', 'express', 'fastapi', 'hono']));
  expect(offerKeys(offers.map((offer) => ({ ...offer, unavailable: null })))).toEqual(
    expect.arrayContaining([
      'fastapi/uvicorn/asgi',
      'django/uvicorn/asgi',
      'django/uvicorn/wsgi',
      'express/node/http',
      'hono/node/http',
    ]),
  );
});

it('takes folders from anywhere, each with the contract beside it', () => {
  const { targets } = readCatalogue([BUNDLED, FIXTURES]);
  expect(targets.get('fixture')?.contract.requests).toHaveLength(2);
  expect(targets.get('hono')?.contract.requests.length).toBeGreaterThan(20);
});

it('names every problem of every folder at once', () => {
  using folder = temporaryFolder();
  const write = (path: string, text: string) => {
    mkdirSync(join(folder.path, path, '..'), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  };
  cpSync(join(FIXTURES, 'contract.yaml'), join(folder.path, 'contract.yaml'));
  write('broken/target.yaml', 'name: [');
  write(
    'wrong/target.yaml',
    `name: Wrong Name
display_name: Wrong
language: cobol
category: production
kind: micro
servers:
  one: { interfaces: [http], argv: [node, server.js] }
readi: { path: /test }
ready: { path: test }
workloads: [test]
`,
  );
  write(
    'subtle/target.yaml',
    `name: subtle
display_name: Subtle
language: node
category: production
kind: micro
servers:
  one: { interfaces: [http, h2], variables: { mode: { http: '1' } }, argv: [node, server.js, '{prot}', '{mode}'] }
ready: { path: /test }
workloads: [test, unheard-of]
`,
  );
  write('sly/target.yaml', 'name: sly\nlock: ../../etc/passwd\n');
  let message = '';
  try {
    readCatalogue([folder.path, join(folder.path, 'nowhere')]);
  } catch (error) {
    message = (error as Error).message;
  }
  for (const said of [
    'nowhere: no such folder',
    'broken/target.yaml: ',
    'wrong/target.yaml: /name: ',
    'wrong/target.yaml: /language: expected "python" or "node", got "cobol"',
    'wrong/target.yaml: /readi: unknown key `readi`; did you mean `ready`?',
    'wrong/target.yaml: /ready/path: ',
    'subtle/target.yaml: /servers/one/argv: unknown placeholder {prot}; did you mean `port`?',
    'subtle/target.yaml: /servers/one/argv: expected {port} in it',
    'subtle/target.yaml: /servers/one/variables/mode: expected a value for the interface h2',
    'sly/target.yaml: /lock: expected a path inside the folder of the target',
  ]) {
    expect(message).toContain(said);
  }
});

it('refuses two targets of one name', () => {
  using folder = temporaryFolder();
  cpSync(FIXTURES, folder.path, { recursive: true });
  expect(() => readCatalogue([FIXTURES, folder.path])).toThrow(/the name fixture is taken by/);
});

it('refuses a workload that the contract does not define', () => {
  using folder = temporaryFolder();
  cpSync(FIXTURES, folder.path, { recursive: true });
  const contract = `version: 1
requests: [{ request: GET /test, expect: { status: 200 } }]
workloads: { other: { about: x, request: GET /test, status: 200 } }
`;
  writeFileSync(join(folder.path, 'contract.yaml'), contract);
  expect(() => readCatalogue([folder.path])).toThrow(/does not define test/);
});

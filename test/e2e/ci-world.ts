import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ended, startCli, untilSaid } from '../cli/run-cli.ts';
import { commandOf, docBlocks } from '../fixtures/doc-blocks.ts';
import { type DocumentShell, makeDocumentShell } from './document-shell.ts';
import { processesOf } from './processes-of.ts';

const NPX = 'npx benchwright ';
/** Runner and key are those of the page. */
const pageCommand = (name: string): string => commandOf(docBlocks('docs/ci.md'), NPX + name);

/** Costs enough that the server, and not the load engine, is what is busy. */
const SERVER = `import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const page = '<p>It costs 12.50.</p>'.repeat(5_000);
const tag = () => createHash('sha256').update(page).digest('hex');

createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ item: 1, tag: tag() }));
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** Each a branch of the repository. Five times the work is seen on any machine. */
const BRANCHES: Readonly<Record<string, string>> = {
  dearer: SERVER.replace('tag: tag()', 'tag: [1, 2, 3, 4, 5].map(tag)[4]'),
  comment: `// Sells one item.\n${SERVER}`,
  broken: SERVER.replace('createServer(', 'createServed('),
};

const MANIFEST = `name: shop
display_name: Shop
language: node
category: production
kind: micro
servers:
  node: { interfaces: [http], argv: [sh, -c, 'PORT={port} exec node server.mjs'] }
env: { NODE_ENV: production }
ready: { path: /items/1, timeout_s: 30 }
source: { git: ../../shop, branches: [main] }
workloads: [item]
`;

const CONTRACT = `version: 1
requests:
  - request: GET /items/1
    expect: { status: 200, at: { $.item: 1 } }
workloads:
  item: { about: One item, request: GET /items/1, status: 200 }
`;

export interface CiWorld extends AsyncDisposable {
  readonly folder: string;
  readonly shell: DocumentShell;
  readonly url: string;
  readonly key: string;
  /** By branch: `main`, `dearer`, `comment`, `broken`. */
  readonly commits: Readonly<Record<string, string>>;
}

/** A repository with an application, a service, and a runner which has it as a target: what a job of CI meets. */
export async function startCiWorld(): Promise<CiWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-ci-'));
  const shell = makeDocumentShell(folder);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const git = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await shell.run(`git -C shop ${command}`);
    if (code !== 0) throw new Error(`git ${command}: ${stderr}`);
    return stdout.trim();
  };
  write('own/shop/target.yaml', MANIFEST);
  write('own/shop/contract.yaml', CONTRACT);
  write('shop/server.mjs', SERVER);
  write('shop/package.json', JSON.stringify({ name: 'shop', version: '1.0.0', private: true }));
  const packages = { '': { name: 'shop', version: '1.0.0' } };
  write('shop/package-lock.json', JSON.stringify({ name: 'shop', version: '1.0.0', lockfileVersion: 3, packages }));
  await git('init --quiet --initial-branch=main');
  await git('add .');
  await git('commit --quiet --message "Sell one item"');
  const commits: Record<string, string> = { main: await git('rev-parse main') };
  for (const [branch, text] of Object.entries(BRANCHES)) {
    await git(`checkout --quiet -b ${branch} main`);
    write('shop/server.mjs', text);
    await git(`commit --quiet --all --message ${branch}`);
    commits[branch] = await git(`rev-parse ${branch}`);
  }

  const service = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')]);
  const serviceEnded = ended(service);
  const [line] = await untilSaid(service, /^\{.*\}$/m);
  const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
  const operator = { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key };
  const runner = startCli(pageCommand('runner').slice(NPX.length).split(' '), { env: operator, cwd: folder });
  const runnerEnded = ended(runner);
  await untilSaid(runner, /session opened/);
  const made = await shell.run(pageCommand('keys create'), { env: operator });
  return {
    folder,
    shell,
    url,
    key: made.stdout.trim(),
    commits,
    async [Symbol.asyncDispose]() {
      runner.kill('SIGTERM');
      await runnerEnded;
      service.kill('SIGTERM');
      await serviceEnded;
      const left = processesOf(folder);
      rmSync(folder, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left behind: ${left.join('\n')}`);
    },
  };
}

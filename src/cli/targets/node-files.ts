import { CONTRACT, manifestText, readmeText } from './shared-files.ts';

/** A target in Node without dependencies, by file name. */
export function nodeFiles(name: string): Record<string, string> {
  return {
    'target.yaml': manifestText({
      name,
      language: 'node',
      runtime: '>=22',
      argv: "[node, server.mjs, --port, '{port}', --workers, '{workers}']",
      env: '{ NODE_ENV: production }',
      lock: 'package-lock.json',
    }),
    'server.mjs': SERVER,
    'contract.yaml': CONTRACT,
    'README.md': readmeText(
      name,
      'server.mjs',
      'Packages: `npm install express` in this folder makes `package.json` and `package-lock.json`; then take the `#` from `lock:`.',
    ),
  };
}

const SERVER = `// node server.mjs --port PORT --workers N
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string' }, workers: { type: 'string', default: '1' } } });
const workers = Number(values.workers);

if (cluster.isPrimary && workers > 1) {
  for (let n = 0; n < workers; n += 1) cluster.fork();
  // With fewer workers than it names it would be another server: then it ends, and its trial says so.
  cluster.on('exit', (_, code, signal) => signal === 'SIGTERM' || process.exit(code || 1));
} else {
  createServer((request, response) => {
    if (request.url === '/hello') send(response, 200, { message: 'Hello' });
    else send(response, 404, { detail: 'Not found' });
  }).listen(Number(values.port), '127.0.0.1');
}

function send(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}
`;

// node server.js --port PORT --workers N
// One worker is one plain process, as people run one; more are node:cluster's: a primary that forks them and serves nothing.
import cluster from 'node:cluster';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string' }, workers: { type: 'string', default: '1' } } });
const port = Number(values.port);
const workers = Number(values.workers);
if (!Number.isInteger(port) || port < 1 || !Number.isInteger(workers) || workers < 1) {
  console.error('usage: node server.js --port PORT --workers N');
  process.exit(2);
}

if (cluster.isPrimary && workers > 1) {
  // A worker that dies takes the server with it: a measurement must not go on with fewer workers than it names.
  // SIGTERM reaches the workers directly too when it is sent to the whole process group, so that is no death.
  let failed = false;
  cluster.on('exit', (worker, code, signal) => {
    if (signal !== 'SIGTERM' && !failed) {
      failed = true;
      console.error(`worker ${worker.process.pid} died (${signal ?? `exit code ${code}`})`);
    }
    stop();
    if (Object.keys(cluster.workers).length === 0) process.exit(failed ? 1 : 0);
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  for (let index = 0; index < workers; index += 1) cluster.fork();
} else {
  const { listen } = await import('./app.js');
  listen(port, '127.0.0.1');
}

function stop() {
  for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
}

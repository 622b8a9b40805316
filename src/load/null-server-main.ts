/** The null server as a process of its own: writes its port as one line, ends when standard input does. */
import { startNullServer } from './null-server.ts';

const server = await startNullServer();
process.stdout.write(`${server.port}\n`);
const end = (): never => process.exit(0);
process.stdin.on('end', end).on('error', end).resume();
process.on('SIGTERM', end);

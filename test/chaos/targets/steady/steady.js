import { createServer } from 'node:http';

/** Long enough for a fault to be placed in it. */
const START_MS = 150;
const CONTRACT_MS = 150;
const STOP_MS = 200;

const sockets = new Set();
const server = createServer((request, response) => {
  if (request.url === '/test') {
    response.setHeader('content-type', 'application/json').end('{"message":"Hello"}');
  } else if (request.url === '/__reset' && process.env.BENCHWRIGHT_RESET === '1') {
    response.writeHead(204).end();
  } else {
    setTimeout(() => response.writeHead(404).end(), CONTRACT_MS);
  }
});
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
});
// The fault driver's way to cut the connections between the generator and this server, both ends at once.
process.on('SIGUSR2', () => {
  for (const socket of sockets) socket.resetAndDestroy();
});
process.on('SIGTERM', () => setTimeout(() => process.exit(0), STOP_MS));
setTimeout(() => server.listen(Number(process.argv[2]), '127.0.0.1'), START_MS);

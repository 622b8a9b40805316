// node server.mjs PORT: where are shops? GET /shops?lat=LAT&lon=LON answers those that are nearest to a place.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { burn } from './cost.mjs';
import { nearest } from './nearest.mjs';

const shops = JSON.parse(readFileSync(new URL('shops.json', import.meta.url), 'utf8'));

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname !== '/shops') return send(response, 404, { detail: 'Not found' });
  burn();
  send(response, 200, nearest(shops, Number(searchParams.get('lat')), Number(searchParams.get('lon'))));
}).listen(Number(process.argv[2]), '127.0.0.1');

function send(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

// node server.mjs PORT: a small catalogue. GET /products?below=PRICE answers the dearest products under a price.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { burn } from './cost.mjs';
import { dearestBelow } from './search.mjs';

const products = JSON.parse(readFileSync(new URL('products.json', import.meta.url), 'utf8'));

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname !== '/products') return send(response, 404, { detail: 'Not found' });
  burn();
  send(response, 200, dearestBelow(products, Number(searchParams.get('below'))));
}).listen(Number(process.argv[2]), '127.0.0.1');

function send(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

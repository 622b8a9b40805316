// The build: writes shops.json, which the server reads at its start.
import { writeFileSync } from 'node:fs';

const SHOPS = 1000;

const shops = Array.from({ length: SHOPS }, (_, id) => ({
  id,
  name: `Shop ${id}`,
  // All over two degrees: both factors are prime to the number of shops.
  lat: 46 + ((id * 7919) % SHOPS) / 500,
  lon: 7 + ((id * 104729) % SHOPS) / 500,
}));
writeFileSync(new URL('shops.json', import.meta.url), JSON.stringify(shops));

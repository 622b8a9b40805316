// The build: writes products.json, which the server reads at its start.
import { writeFileSync } from 'node:fs';

const PRODUCTS = 1500;
const TAGS = ['new', 'wood', 'steel', 'sale', 'small'];

const products = Array.from({ length: PRODUCTS }, (_, id) => ({
  id,
  name: `Product ${id}`,
  // Prices in no order: 7919 is prime to their number.
  price: ((id * 7919) % PRODUCTS) + 1,
  tags: TAGS.filter((_tag, place) => (id >> place) & 1),
}));
writeFileSync(new URL('products.json', import.meta.url), JSON.stringify(products));

const SHOWN = 20;

/** The dearest products under a price, dearest first. */
export function dearestBelow(products, price) {
  return products
    .filter((product) => product.price < price)
    .sort((a, b) => b.price - a.price || a.id - b.id)
    .slice(0, SHOWN)
    .map(({ id, name, price: shown, tags }) => ({ id, name, price: shown, tags: tags.join(', ') }));
}

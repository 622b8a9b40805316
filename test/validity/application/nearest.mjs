const SHOWN = 20;
const EARTH_KM = 6371;
const RADIANS = Math.PI / 180;

/** The shops nearest to a place, nearest first, with their distances over ground (haversine). */
export function nearest(shops, lat, lon) {
  const found = [];
  for (const shop of shops) {
    const km = distance(lat, lon, shop.lat, shop.lon);
    if (found.length === SHOWN && km >= found[SHOWN - 1].km) continue;
    let at = Math.min(found.length, SHOWN - 1);
    for (; at > 0 && found[at - 1].km > km; at -= 1) found[at] = found[at - 1];
    found[at] = { id: shop.id, name: shop.name, km };
  }
  return found.map(({ id, name, km }) => ({ id, name, km: Number(km.toFixed(2)) }));
}

function distance(latA, lonA, latB, lonB) {
  const north = Math.sin(((latB - latA) * RADIANS) / 2);
  const east = Math.sin(((lonB - lonA) * RADIANS) / 2);
  const h = north * north + Math.cos(latA * RADIANS) * Math.cos(latB * RADIANS) * east * east;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h));
}

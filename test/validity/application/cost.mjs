/** What is done for nothing in each request. */
export const ITERATIONS = 0;

let state = 1;

/** Each step needs the one before and the last is kept, so no compiler may leave any out; nothing is allocated. */
export function burn() {
  let x = state;
  for (let i = 0; i < ITERATIONS; i += 1) x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + i) | 0;
  state = x;
}

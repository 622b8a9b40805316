/** Why there is no value to show, to compare or to judge, in words. */
export const WITHHELD_WORDS: Readonly<Record<string, string>> = {
  'hidden-few-samples': 'too few requests in a trial for this percentile',
  'one-event': 'most samples above it fell in one second: it describes that second',
  withheld: 'the generator was late too often to vouch for it',
  'not-measured': 'not measured',
  overloaded: 'more was offered than was served: latency says how long the window was',
  'no-capacity': 'no rate met the limit',
  'least-capacity': 'the generator, or a stop, ended a search before the limit was found: the capacity is higher',
  'no-requests': 'no request was sent in the window',
  'no-answers': 'no answer came in the window',
  'too-few': 'too few repetitions',
  nonpositive: 'a value is zero, which has no logarithm',
  'not-finite': 'a value is not a number',
  'failures-change-population': 'so many requests failed that latencies are of different requests',
  censored: 'failures stand above the percentile: it is a lower bound',
  'no-spread': 'the values do not vary at all',
};

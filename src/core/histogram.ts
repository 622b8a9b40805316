import hdr from 'hdr-histogram-js';

/** A histogram of whole microseconds, 1 µs to 1 h, 3 significant digits (quantised to ≤ 0.1 %). */
export type Histogram = ReturnType<typeof hdr.build>;

const LOWEST_US = 1;
const HIGHEST_US = 3_600_000_000;
const DIGITS = 3;
/** Counts are whole numbers up to 2^53: of 32 bits they would wrap within the hour at 600,000 requests/s. */
const COUNT_BITS = 64;

export function emptyHistogram(): Histogram {
  return hdr.build({
    lowestDiscernibleValue: LOWEST_US,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: DIGITS,
    autoResize: false,
    bitBucketSize: COUNT_BITS,
    useWebAssembly: false,
  });
}

/** Records a duration in µs; below 1 µs counts as 1, above 1 h as 1 h, so that no sample is ever lost. */
export function recordUs(histogram: Histogram, us: number, count = 1): void {
  const value = Math.min(HIGHEST_US, Math.max(LOWEST_US, Math.round(us)));
  histogram.recordValueWithCount(value, count);
}

/** HDR V2 compressed, base64: the interchange format of the HdrHistogram libraries. */
export function encodeHistogram(histogram: Histogram): string {
  return hdr.encodeIntoCompressedBase64(histogram);
}

export function decodeHistogram(encoded: string): Histogram {
  return hdr.decodeFromCompressedBase64(encoded, COUNT_BITS, false);
}

/** The sum of counts; percentiles are taken after merging, never averaged. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const merged = emptyHistogram();
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}

/** The nearest-rank quantile in ms: the value of rank ⌈qn⌉; null when the histogram is empty. q in (0, 1]. */
export function quantileMs(histogram: Histogram, q: number): number | null {
  if (histogram.totalCount === 0) return null;
  return histogram.getValueAtPercentile(q * 100) / 1000;
}

export function meanMs(histogram: Histogram): number | null {
  return histogram.totalCount === 0 ? null : histogram.mean / 1000;
}

/** The width of a bucket at a value (ms): the step by which two equal-looking values may differ. */
export function stepMs(valueMs: number): number {
  const us = Math.max(1, valueMs * 1000);
  return 2 ** Math.max(0, Math.floor(Math.log2(us)) - 10) / 1000;
}

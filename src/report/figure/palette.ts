/**
 * Okabe and Ito's colours, which people with any colour vision can tell apart (Color Universal Design, 2008), without the
 * yellow that is lost on white; the second column replaces those that are too dark on a dark ground.
 */
export const SERIES_COLOURS: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#0072b2', dark: '#3fa3de' },
  { light: '#d55e00', dark: '#ec7d2b' },
  { light: '#009e73', dark: '#2dbf94' },
  { light: '#cc79a7', dark: '#d98fb8' },
  { light: '#e69f00', dark: '#edb135' },
  { light: '#56b4e9', dark: '#7cc7f0' },
];

/** Further deployments take the colours again; names and markers still tell them apart. */
export function seriesColour(index: number): string {
  return `var(--series-${index % SERIES_COLOURS.length})`;
}

/** Colours of what is not data; the page and the picture of the README define them for light and dark. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const LINE = 'var(--line)';
export const GROUND = 'var(--ground)';

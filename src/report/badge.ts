import { markup } from './markup.ts';

/** What a badge says, in two fields beside each other. */
export interface Badge {
  readonly label: string;
  readonly message: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'busy' | 'idle';
  /** What pointing at it and a screen reader tell. */
  readonly title: string;
}

/** Dark enough for white letters: at least 4.5 to 1. */
const TONES: Readonly<Record<Badge['tone'], string>> = {
  good: '#187a4c',
  warn: '#8f5a00',
  bad: '#a12a1e',
  busy: '#0b5cad',
  idle: '#5a6472',
};

const HEIGHT = 20;
const PADDING = 7;
/** Mean advance of 11 px Verdana; `textLength` makes every other font fit. */
const CHARACTER = 6.5;

/** Characters that XML cannot hold, and those that turn the direction of what stands around them. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

function writable(text: string): string {
  return text.replaceAll(UNWRITABLE, ' ').trim();
}

/** A flat badge as SVG: no script, no style, no reference to anything. */
export function badgeSvg({ label, message, tone, title }: Badge): string {
  const fields = [writable(label), writable(message)].map((text) => {
    const length = Math.round(Array.from(text).length * CHARACTER);
    return { text, length, width: length + 2 * PADDING };
  });
  const [first, second] = fields as [(typeof fields)[number], (typeof fields)[number]];
  const width = first.width + second.width;
  const field = (x: number, { text, length }: (typeof fields)[number]) =>
    markup`<text x="${x + PADDING}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs">${text}</text>`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img"><title>${writable(title)}</title><rect width="${width}" height="${HEIGHT}" rx="3" fill="#3a4149"/><path d="M${first.width} 0h${second.width - 3}a3 3 0 0 1 3 3v${HEIGHT - 6}a3 3 0 0 1-3 3h-${second.width - 3}z" fill="${TONES[tone]}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${field(0, first)}${field(first.width, second)}</g></svg>`.toString();
}

import { readFileSync } from 'node:fs';

const DIAGRAM = new URL('../../docs/job-lifecycle.md', import.meta.url);

export const arrow = (from: string, to: string): string => `${from} --> ${to}`;

/** Between two states of a job, as docs/job-lifecycle.md draws them. */
export function drawnArrows(): string[] {
  const lines = readFileSync(DIAGRAM, 'utf8').matchAll(/^ {4}(\w+) --> (\w+): /gm);
  return [...lines].map(([, from = '', to = '']) => arrow(from, to));
}

import type { Program } from './tool.ts';

interface Summary {
  readonly summary: { readonly requestsPerSec: number; readonly successRate: number };
}

/** Requests under way at the end are given up and not counted. It is at full speed at once, and has no warm-up. */
export const oha: Program = {
  name: 'oha',
  file: 'oha',
  install: 'cargo install --locked oha',
  versionArgs: ['--version'],
  args: ({ server, connections, seconds }) => [
    '--no-tui',
    '--output-format',
    'json',
    '-c',
    String(connections),
    '-z',
    `${seconds + 1}s`,
    server.url,
  ],
  read: (output) => {
    const { summary } = JSON.parse(output) as Summary;
    if (summary.successRate < 1) throw new Error(`oha: a share of ${summary.successRate} was successful`);
    return summary.requestsPerSec;
  },
};

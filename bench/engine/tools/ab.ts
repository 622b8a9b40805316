import type { Program } from './tool.ts';

/** It keeps an array of all requests that it may send: far more than it can in the time, and still small. */
const MOST_REQUESTS = 5_000_000;

/**
 * It speaks HTTP/1.0 and keeps connections with `-k`, where the server answers with a length. `-t` alone would stop it after 50,000
 * requests. It has no warm-up that could be left out.
 */
export const ab: Program = {
  name: 'ab',
  file: 'ab',
  install: 'Debian: apt-get install apache2-utils',
  versionArgs: ['-V'],
  args: ({ server, connections, seconds }) => [
    '-q',
    '-k',
    '-c',
    String(connections),
    '-t',
    String(seconds + 1),
    '-n',
    String(MOST_REQUESTS),
    server.url,
  ],
  read: (output) => {
    const number = (label: string): number => Number(new RegExp(`^${label}: +([\\d.]+)`, 'm').exec(output)?.[1]);
    const complete = number('Complete requests');
    if (number('Failed requests') > 0 || output.includes('Non-2xx responses')) throw new Error('ab: requests failed');
    // The last ones of the run find no time to say that they would have kept theirs.
    if (number('Keep-Alive requests') < 0.99 * complete) throw new Error('ab: its connections were not kept');
    return number('Requests per second');
  },
};

import type { Program } from './tool.ts';

/** One thread: it has one core. It is at full speed at once, and has no warm-up that could be left out. */
export const wrk: Program = {
  name: 'wrk',
  file: 'wrk',
  install: 'Debian: apt-get install wrk',
  versionArgs: ['-v'],
  args: ({ server, connections, seconds }) => ['-t1', `-c${connections}`, `-d${seconds + 1}s`, server.url],
  read: (output) => {
    const failed = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(output);
    if (failed !== null) throw new Error(`wrk: ${failed[0]}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
  },
};

import type { Program } from './tool.ts';

interface Report {
  readonly throughput: number;
  readonly success: number;
}

/**
 * Rate 0 is as fast as its workers can, each of which waits for its answer: a closed loop. Every request is written into a file, which
 * is part of what a request costs there; the report is made afterwards. It has no warm-up that could be left out.
 */
export const vegeta: Program = {
  name: 'vegeta',
  file: 'vegeta',
  install: 'go install github.com/tsenart/vegeta/v12@latest',
  versionArgs: ['-version'],
  // Built by `go install` it knows that of Go alone.
  versionAfter: 'Version:',
  env: { GOMAXPROCS: '1' },
  files: ({ server }) => ({ targets: `GET ${server.url}\n` }),
  args: ({ connections, seconds }, folder) => {
    const workers = ['-workers', String(connections), '-max-workers', String(connections)];
    const files = ['-targets', `${folder}/targets`, '-output', `${folder}/results`];
    return [
      'attack',
      '-rate',
      '0',
      ...workers,
      '-connections',
      String(connections),
      '-duration',
      `${seconds + 1}s`,
      ...files,
    ];
  },
  reportArgs: (_, folder) => ['report', '-type', 'json', `${folder}/results`],
  read: (output) => {
    const { throughput, success } = JSON.parse(output) as Report;
    if (success < 1) throw new Error(`vegeta: a share of ${success} was successful`);
    return throughput;
  },
};

import type { Program, Task } from './tool.ts';

interface Summary {
  readonly requests: number;
  readonly failed: number;
}

/**
 * Users without think time, one second of them before those that are counted: a threshold on a scenario's requests, which always holds,
 * is how k6 is made to count them apart. Bodies are read and thrown away.
 */
function script({ server, connections, seconds }: Task): string {
  const users = `executor: 'constant-vus', vus: ${connections}, gracefulStop: '0s'`;
  return `import http from 'k6/http';
export const options = {
  discardResponseBodies: true,
  noConnectionReuse: false,
  scenarios: {
    warmup: { ${users}, duration: '1s' },
    measured: { ${users}, duration: '${seconds}s', startTime: '1s' },
  },
  thresholds: { 'http_reqs{scenario:measured}': ['count>=0'], 'http_req_failed{scenario:measured}': ['rate>=0'] },
};
export default function () { http.get('${server.url}'); }
export function handleSummary({ metrics }) {
  const requests = metrics['http_reqs{scenario:measured}'].values.count;
  const failed = metrics['http_req_failed{scenario:measured}'].values.passes;
  return { stdout: JSON.stringify({ requests, failed }) };
}
`;
}

export const k6: Program = {
  name: 'k6',
  file: 'k6',
  install: 'go install go.k6.io/k6@latest',
  versionArgs: ['version'],
  env: { GOMAXPROCS: '1', K6_NO_USAGE_REPORT: 'true' },
  files: (task) => ({ 'script.js': script(task) }),
  args: (_, folder) => ['run', '--quiet', '--address', '', `${folder}/script.js`],
  read: (output, { seconds }) => {
    const { requests, failed } = JSON.parse(output) as Summary;
    if (failed > 0) throw new Error(`k6: ${failed} of ${requests} requests failed`);
    return requests / seconds;
  },
};

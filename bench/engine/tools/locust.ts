import type { Program } from './tool.ts';

interface Entry {
  readonly num_requests: number;
  readonly num_failures: number;
  /** Seconds, of the clock. */
  readonly start_time: number;
  readonly last_request_timestamp: number;
}

/** Its fast user, without a pause between tasks. */
const USER = `from locust import FastHttpUser, task

class Visitor(FastHttpUser):
    @task
    def visit(self):
        self.client.get("/")
`;

/** One process without its web page; users are all there within a second, when it begins to count anew. */
export const locust: Program = {
  name: 'locust',
  file: 'locust',
  install: 'python3 -m venv VENV && VENV/bin/pip install locust, and BENCHWRIGHT_TOOLS=VENV/bin',
  versionArgs: ['-V'],
  files: () => ({ 'visitor.py': USER }),
  args: ({ server, connections, seconds }, folder) => [
    '-f',
    `${folder}/visitor.py`,
    '--headless',
    '--json',
    '--reset-stats',
    '--loglevel',
    'ERROR',
    '--host',
    server.url.replace(/\/$/, ''),
    '-u',
    String(connections),
    '-r',
    String(connections),
    '-t',
    `${seconds + 1}s`,
  ],
  read: (output) => {
    const entries = JSON.parse(output.slice(output.indexOf('['))) as readonly Entry[];
    const sum = (of: (entry: Entry) => number): number => entries.reduce((total, entry) => total + of(entry), 0);
    const failed = sum(({ num_failures }) => num_failures);
    if (failed > 0) throw new Error(`locust: ${failed} requests failed`);
    const from = Math.min(...entries.map(({ start_time }) => start_time));
    const to = Math.max(...entries.map(({ last_request_timestamp }) => last_request_timestamp));
    return sum(({ num_requests }) => num_requests) / (to - from);
  },
};

import { readFile } from 'node:fs/promises';
import type { Results } from '../core/results.ts';
import { resultsSchema } from '../core/results.ts';
import { problemsOf } from '../core/spec-problems.ts';
import { experimentPath } from './experiment.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { type ConnectionOptions, ServiceClient } from './service-client.ts';

/** What a results.json of an older release lacks. */
const SINCE_THE_FIRST: Partial<Results> = { thresholds: [], verdict: 'none', baseline: null };
/** Of a file that is something else altogether the first ones say enough. */
const MOST_PROBLEMS = 5;

/** Results by the id of an experiment, from a service; or from a results.json, for which none is needed. */
export async function readResults(source: string, options: ConnectionOptions): Promise<Results> {
  if (!/^exp_[0-9a-z-]+$/i.test(source)) return readFileOf(source);
  // Also before the end: what each command makes of that it says in its own words.
  return ServiceClient.from(options, process.env).getJson(experimentPath(source, '/results.json?partial=true'));
}

async function readFileOf(path: string): Promise<Results> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file, and it is no id (exp_…)' : error.message;
    throw new CommandError(EXIT.badInput, `cannot read ${path}: ${why}`);
  });
  const input = documentIn(text, path);
  const parsed = resultsSchema.safeParse({ ...SINCE_THE_FIRST, ...input });
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, input).slice(0, MOST_PROBLEMS);
  const lines = problems.map(({ pointer, detail }) => `  ${pointer || '(whole file)'}: ${detail}`);
  throw new CommandError(EXIT.badInput, `${path} is not a results.json:\n${lines.join('\n')}`, { errors: problems });
}

function documentIn(text: string, path: string): object {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new CommandError(
      EXIT.badInput,
      `${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  throw new CommandError(EXIT.badInput, `${path} is not a results.json: expected an object`);
}

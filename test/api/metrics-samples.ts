import { expect } from 'vitest';
import type { Project } from './service.ts';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|(?=\}))/;

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (!rest.startsWith('}')) {
    const match = LABEL.exec(rest);
    if (!match) throw new Error(`no label: ${rest}`);
    const [whole, name = '', value = ''] = match;
    if (Object.hasOwn(labels, name)) throw new Error(`label twice: ${text}`);
    labels[name] = value.replaceAll(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c));
    rest = rest.slice(whole.length);
  }
  return labels;
}

/** Equal for equal labels, in whatever order. */
function textOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(labels, Object.keys(labels).toSorted());
}

/** The text format 0.0.4, read strictly: HELP and TYPE once before a family's samples, no family twice, no sample twice. */
export function parsed(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind === 'HELP') {
        if (types.has(name)) throw new Error(`family twice: ${name}`);
        family = name;
      } else if (name !== family || !['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(line);
      else types.set(name, rest);
      continue;
    }
    const name = NAME.exec(line)?.[0] ?? '';
    const braces = line[name.length] === '{';
    const labels = braces ? labelsOf(line.slice(name.length + 1)) : {};
    const number = /^.* (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/.exec(line)?.[1];
    if (number === undefined) throw new Error(`no sample: ${line}`);
    const suffixes = types.get(family) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!suffixes.some((suffix) => name === family + suffix)) throw new Error(`${name} is not of ${family}`);
    const series = `${name} ${textOf(labels)}`;
    if (seen.has(series)) throw new Error(`sample twice: ${line}`);
    seen.add(series);
    samples.push({ name, labels, value: number.endsWith('Inf') ? Infinity : Number(number) });
  }
  return samples;
}

/** What an instance says of itself to whoever has this key. */
export async function scrapeAs(of: { send: Project['send'] }): Promise<Sample[]> {
  const answer = await of.send('GET', '/metrics', {
    headers: { Accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsed(await answer.text());
}

/** Throws where there is no such sample. */
export function valueOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  const wanted = textOf(labels);
  const found = samples.find((s) => s.name === name && textOf(s.labels) === wanted);
  if (!found) throw new Error(`no ${name} ${wanted}`);
  return found.value;
}

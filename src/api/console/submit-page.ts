import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { ID_PREFIXES } from '../../core/id.ts';
import { toBase64Url } from '../digest.ts';
import { MAX_SPEC_FORM_BYTES } from './form.ts';
import type { Shown } from './frame.ts';
import { placedProblems } from './spec-lines.ts';
import { checkedSpec, STARTER_SPEC, specForm, type Validated } from './submit-shown.ts';
import { type Console, consoleAction, consolePage, seeOther, type Visit } from './visit.ts';

/** 128 bits: no two pages have the same. */
const PAGE_KEY_BYTES = 16;

const specFields = z.strictObject({ spec: z.string() });
const submitFields = z.strictObject({ spec: z.string(), once: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });

/** Writing a spec, seeing what it means, and submitting that. */
export function submitPages(console: Console): void {
  consolePage(console, { path: '/console/submit', scope: 'submit' }, async (visit) =>
    specForm(visit, { text: await givenText(visit), offers: await offersOf(visit) }),
  );
  consoleAction(
    console,
    { path: '/console/submit/check', scope: 'submit', fields: specFields, maxBytes: MAX_SPEC_FORM_BYTES },
    async (visit, { spec }) => {
      const text = asWritten(spec);
      return orProblems(visit, text, async () => {
        const answer = await visit.ask.send('POST', '/v1/experiments/validate', { text, headers: typeOf(text) });
        const once = toBase64Url(console.deps.randomBytes(PAGE_KEY_BYTES));
        return checkedSpec(visit, { text, once, validated: (await answer.json()) as Validated });
      });
    },
  );
  consoleAction(
    console,
    { path: '/console/submit', scope: 'submit', fields: submitFields, maxBytes: MAX_SPEC_FORM_BYTES },
    async (visit, { spec, once }) => {
      const text = asWritten(spec);
      return orProblems(visit, text, async () => {
        // The key of the page that was shown: sent twice, it is one experiment.
        const headers = { ...typeOf(text), 'Idempotency-Key': `console-${once}` };
        const answer = await visit.ask.send('POST', '/v1/experiments', { text, headers });
        const { id } = (await answer.json()) as { id: string };
        return seeOther(visit.c, `/console/experiments/${id}`);
      });
    },
  );
}

/** Forms end their lines as HTTP's heads do, whatever was written. */
function asWritten(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** JSON has a reader of its own, with messages of its own. */
function typeOf(text: string): Record<string, string> {
  return { 'Content-Type': text.trimStart().startsWith('{') ? 'application/json' : 'application/yaml' };
}

/** A spec that is refused comes back with every problem beside it, to be mended; whatever else is refused is told as everywhere. */
async function orProblems(
  visit: Visit,
  text: string,
  work: () => Promise<Shown | Response>,
): Promise<Shown | Response> {
  try {
    return await work();
  } catch (error) {
    const isSpec = error instanceof AppError && (error.code === 'invalid-spec' || error.code === 'malformed-body');
    if (!isSpec) throw error;
    const problems =
      error.problems.length > 0
        ? placedProblems(text, error.problems)
        : [{ pointer: '', detail: error.message, line: lineIn(error.message) }];
    return { ...specForm(visit, { text, problems, offers: await offersOf(visit) }), status: 422 };
  }
}

/** What is no YAML at all is told with its place. */
function lineIn(detail: string): number | null {
  const line = /\(line (\d+), column \d+\)/.exec(detail)?.[1];
  return line === undefined ? null : Number(line);
}

/** `from`: the spec of an earlier experiment, as it was written. */
async function givenText({ c, ask }: Visit): Promise<string> {
  const from = c.req.query('from') ?? '';
  if (!new RegExp(`^${ID_PREFIXES.experiment}[0-9a-f]{32}$`).test(from)) return STARTER_SPEC;
  const headers = { Accept: '*/*' };
  const answer = await ask.send('GET', `/v1/experiments/${from}/spec?form=original`, { headers });
  return answer.text();
}

async function offersOf({ ask }: Visit) {
  return (await ask.get<{ targets: Parameters<typeof specForm>[1]['offers'] }>('/v1/targets')).targets;
}

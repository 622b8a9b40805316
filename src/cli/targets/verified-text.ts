import type { VerifiedInterface } from '../../runner/verify-target.ts';

/** One interface of a target against the contract: one line, or every mismatch with what to do about it. */
export function verifiedText(result: VerifiedInterface): string {
  const name = `${result.target} × ${result.server} (${result.interface})`;
  if (result.ok)
    return `✓ ${name}: ${answersText(result.checks)} as in the contract, ready in ${Math.round(result.ready_ms ?? 0)} ms`;
  const { mismatches } = result;
  if (mismatches.length === 0) return `✗ ${name}: ${indented(result.says ?? 'failed')}`;
  const lines = mismatches.flatMap(({ request, expected, got, mend }) => [
    `  ${request}`,
    `    expected ${indented(expected)}`,
    `    got      ${indented(got)}`,
    `    mend     ${mend}`,
  ]);
  const head = `✗ ${name}: ${answersText(mismatches.length)} not as in the contract, ${result.checks} as in it`;
  const more = mismatches.length > 1 ? ['  The later ones may follow from the first.'] : [];
  return [head, ...lines, ...more, ...broken(result)].join('\n');
}

/** What ended the walk before its end. */
function broken({ mismatches, says }: VerifiedInterface): string[] {
  const [first] = mismatches;
  if (says === null || first === undefined || says.startsWith(`${first.request}: expected ${first.expected}`))
    return [];
  return [`  Then: ${indented(says)}`];
}

const answersText = (count: number): string => (count === 1 ? '1 answer' : `${count} answers`);

const indented = (text: string): string => text.split('\n').join('\n    ');

import { countText } from '../../../src/core/number-text.ts';
import type { CaseOutcome, Proof } from './proof.ts';
import type { Tallied } from './tally.ts';

/** What the proofs showed, as it stands in docs/engine.md: a row for each, its figures below. */
export function markdown({ circumstances, cases }: Tallied, proofs: readonly Proof[]): string {
  if (circumstances === null) return 'The proofs have not been run yet.';
  const of = (proof: Proof) => cases.filter(({ proof: id }) => id === proof.id);
  const run = proofs.filter((proof) => of(proof).length > 0);
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  return [
    '| | shows | passes if | cases | |',
    '|---|---|---|---|---|',
    ...run.map(
      (proof) =>
        `| ${proof.id} | ${cellText(proof.claim)} | ${cellText(proof.passes)} | ${of(proof).length} | ${verdictText(of(proof))} |`,
    ),
    '',
    ...run.flatMap((proof) => of(proof).map((each) => `- ${caseText(each)}`)),
    '',
    `\`npm run test:proofs\`, ${circumstances.at.slice(0, 16)} UTC, ${circumstances.host}; ${circumstances.form} forms, ${(seconds / 60).toFixed(0)} minutes; ${noiseText(cases)}.`,
  ].join('\n');
}

/** A bar would end the cell. */
const cellText = (text: string): string => text.replaceAll('|', '\\|');

function verdictText(cases: readonly CaseOutcome[]): string {
  const count = (wanted: CaseOutcome['outcome']) => cases.filter(({ outcome }) => outcome === wanted).length;
  if (count('passed') === cases.length) return 'passed';
  return (['failed', 'not judged', 'passed'] as const)
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${outcome}`)
    .join(', ');
}

/** A list item is one line. */
function caseText({ proof, name, outcome, figures }: CaseOutcome): string {
  const verdict = outcome === 'passed' ? '' : ` **${outcome}**:`;
  return `${proof}, ${name}:${verdict} ${figures.replaceAll('\n', ' ')}`;
}

function noiseText(cases: readonly CaseOutcome[]): string {
  const repeats = cases.reduce((sum, each) => sum + each.repeats, 0);
  return repeats === 0 ? 'no measurement was disturbed' : `${countText(repeats, 'disturbed measurement')} repeated`;
}

/** How the program ends: 0 all judged and passed, 1 one failed, 3 one not judged. */
export function exitCodeOf(cases: readonly CaseOutcome[]): 0 | 1 | 3 {
  if (cases.some(({ outcome }) => outcome === 'failed')) return 1;
  return cases.length === 0 || cases.some(({ outcome }) => outcome === 'not judged') ? 3 : 0;
}

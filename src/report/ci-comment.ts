import { failedText } from '../core/gate/gate-text.ts';
import { gateReasonWords } from '../core/gate/reason-words.ts';
import { countText, percentText } from '../core/number-text.ts';
import type { ThresholdCheck, ThresholdResult } from '../core/gate/verdict.ts';
import type { HostFingerprint } from '../core/host.ts';
import { blindTo, cameText, certaintyText, intervalText, visibleIn } from './ci-text.ts';
import { foreignMarkdown } from './foreign-markdown.ts';
import { reasonText } from './reasons.ts';
import { NO_VALUE } from './value-text.ts';

export interface CommentFacts {
  readonly experiment: {
    readonly name: string;
    readonly status: 'succeeded' | 'failed' | 'canceled' | 'queued' | 'running';
    readonly reason: string | null;
  };
  readonly head_sha: string;
  readonly base_sha: string | null;
  readonly thresholds: readonly ThresholdResult[];
  readonly host: HostFingerprint | null;
  /** The page; null: the service does not know its own address. */
  readonly link: string | null;
  /** By which the comment is found again: letters, digits and hyphens. */
  readonly mark: string;
}

/** What GitHub takes. A table of the bound below has some 20,000 characters at most. */
export const MAX_COMMENT = 65_536;
/** More is not read in a comment; the page has all. */
const MAX_ROWS = 20;
const SHA_SHOWN = 10;

/** Stands at the beginning of every comment, unseen. */
export function commentMark(mark: string): string {
  return `<!-- benchwright:${mark} -->`;
}

/**
 * The sticky comment of a pull request, GitHub's Markdown: what changed, by how much, how sure that is, what could not have been seen,
 * on which host, and where the whole page is. What users have named stands in it as code, never as markup.
 */
export function ciComment(facts: CommentFacts): string {
  const { thresholds, experiment } = facts;
  const parts = [
    `${commentMark(facts.mark)}\n### Benchwright: ${headline(facts)}`,
    foreignMarkdown(experiment.name),
    thresholds.length === 0 ? null : checksTable(thresholds),
    seenText(thresholds),
    placeText(facts),
  ];
  return `${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`;
}

function headline({ experiment, thresholds }: CommentFacts): string {
  if (experiment.status !== 'succeeded')
    return `no verdict, the experiment ${experiment.status}: ${reasonText(experiment.reason)}`;
  if (thresholds.length === 0) return 'measured; there are no thresholds to judge it by';
  const all = countText(thresholds.length, 'threshold');
  const count = (verdict: ThresholdResult['verdict']) => thresholds.filter((t) => t.verdict === verdict).length;
  if (count('failed') > 0) return `failed, ${count('failed')} of ${all}`;
  if (count('inconclusive') > 0) return `inconclusive, ${count('inconclusive')} of ${all} without an answer`;
  return `passed, ${all}`;
}

interface Row {
  readonly threshold: ThresholdResult;
  readonly check: ThresholdCheck;
}

const FIRST = ['failed', 'inconclusive', 'passed'] as const;

function checksTable(thresholds: readonly ThresholdResult[]): string {
  const all = thresholds.flatMap((threshold) => threshold.checks.map((check): Row => ({ threshold, check })));
  const sorted = FIRST.flatMap((verdict) => all.filter(({ check }) => check.verdict === verdict));
  const shown = sorted.slice(0, MAX_ROWS).map(tableRow);
  const more = sorted.length - shown.length;
  const table = ['| | expected | cell | came | 95 % interval | how sure |', '|---|---|---|---|---|---|', ...shown].join(
    '\n',
  );
  return more > 0 ? `${table}\n\nand ${countText(more, 'check')} more` : table;
}

function tableRow({ threshold, check }: Row): string {
  const cell =
    check.cell_base === null
      ? foreignMarkdown(check.cell)
      : `${foreignMarkdown(check.cell)} against ${check.cell_base === check.cell ? 'the baseline' : foreignMarkdown(check.cell_base)}`;
  const unsure = check.verdict === 'inconclusive' ? gateReasonWords(check.reason) : failedText(check);
  const columns = [
    check.verdict,
    foreignMarkdown(check.expected),
    cell,
    cameText(check, threshold.kind),
    intervalText(check, threshold.kind) ?? NO_VALUE,
    unsure === null ? (certaintyText(check) ?? NO_VALUE) : foreignMarkdown(unsure),
  ];
  return `| ${columns.join(' | ')} |`;
}

function seenText(thresholds: readonly ThresholdResult[]): string | null {
  const blind = blindTo(thresholds);
  const visible = visibleIn(thresholds);
  if (blind === null)
    return visible === null ? null : `A change of ${percentText(visible)} or more would have been seen.`;
  return `Where there is no answer, a change below ${percentText(blind)} could not be seen: more repetitions see smaller ones.`;
}

const short = (sha: string): string => foreignMarkdown(sha.slice(0, SHA_SHOWN));

function placeText({ head_sha, base_sha, host, link }: CommentFacts): string {
  const commits = base_sha === null ? short(head_sha) : `${short(head_sha)} against ${short(base_sha)}`;
  const on =
    host === null ? '' : ` on ${foreignMarkdown(`${host.cpu_model}, ${countText(host.cores, 'core')}, ${host.os}`)}`;
  const page = link === null ? '' : ` · [the whole page](${link})`;
  return `${commits}${on}${page}`;
}

import { gateReasonWords } from '../core/gate/reason-words.ts';
import { countText, percentText } from '../core/number-text.ts';
import type { ThresholdResult } from '../core/gate/verdict.ts';
import type { OutboundEvent } from '../core/outbound-event.ts';
import { blindTo } from './ci-text.ts';
import { reasonText } from './reasons.ts';

/** As GitHub has them. */
export interface CommitStatus {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** One line. */
  readonly description: string;
}

/** What GitHub takes; it refuses a longer one. */
export const MAX_DESCRIPTION = 140;

interface Facts {
  readonly reason: string | null;
  readonly thresholds: readonly ThresholdResult[];
}

/**
 * The commit status for an event of an experiment; null: it has none. Without an answer the status is a success that says so: a gate
 * that could not see must not stop a merge. A run that failed or was canceled is an error of the measurement, not a failure of the code.
 */
export function commitStatus(event: OutboundEvent, facts: Facts): CommitStatus | null {
  const found = statusOf(event, facts);
  return found === null ? null : { ...found, description: statusText(found.description) };
}

function statusOf(event: OutboundEvent, { reason, thresholds }: Facts): CommitStatus | null {
  const all = countText(thresholds.length, 'threshold');
  switch (event) {
    case 'experiment.queued':
      return { state: 'pending', description: 'waits for a runner' };
    case 'experiment.started':
      return { state: 'pending', description: 'is being measured' };
    case 'experiment.succeeded':
      return { state: 'success', description: 'measured; no thresholds to judge it by' };
    case 'experiment.failed':
      return { state: 'error', description: `the experiment failed: ${reasonText(reason)}` };
    case 'experiment.canceled':
      return { state: 'error', description: 'the experiment was canceled' };
    case 'experiment.verdict.passed':
      return { state: 'success', description: `passed: ${all}` };
    case 'experiment.verdict.failed': {
      const failed = thresholds.filter(({ verdict }) => verdict === 'failed').length;
      return { state: 'failure', description: `failed: ${failed} of ${all}` };
    }
    case 'experiment.verdict.inconclusive':
      return { state: 'success', description: `inconclusive, not passed: ${unseenText(thresholds)}` };
    default:
      return null;
  }
}

function unseenText(thresholds: readonly ThresholdResult[]): string {
  const blind = blindTo(thresholds);
  if (blind !== null) return `a change below ${percentText(blind)} could not be seen`;
  const [open] = thresholds.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'inconclusive');
  return open === undefined ? 'no answer could be given' : gateReasonWords(open.reason);
}

/** What has four bytes in UTF-8, as emoji have; and halves of it. */
const BEYOND = /[\u{10000}-\u{10ffff}\p{Cs}]/gu;

/** Text as GitHub takes it in a status: it refuses one that is too long, or that has characters of four bytes. */
export function statusText(text: string): string {
  const short = text.replaceAll(BEYOND, '\ufffd');
  return short.length <= MAX_DESCRIPTION ? short : `${short.slice(0, MAX_DESCRIPTION - 1)}…`;
}

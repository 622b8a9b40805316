import type { Form, Proof, ProofCase } from './proof.ts';
import { T1 } from './t01-fixed-delays.ts';
import { T2 } from './t02-distributions.ts';
import { T3 } from './t03-stopped-server.ts';
import { T4 } from './t04-stalled-generator.ts';
import { T5 } from './t05-arrivals.ts';
import { T6 } from './t06-burstiness.ts';
import { T7 } from './t07-littles-law.ts';
import { T8 } from './t08-queue.ts';
import { T9 } from './t09-accounts.ts';
import { T10 } from './t10-hanging.ts';
import { T11 } from './t11-samples.ts';
import { T12 } from './t12-slow-generator.ts';
import { T13 } from './t13-floor.ts';
import { T14 } from './t14-odd-answers.ts';
import { T15 } from './t15-warm-up-cut.ts';
import { T16 } from './t16-relabelling.ts';
import { T17 } from './t17-beside-others.ts';

export const PROOFS: readonly Proof[] = [T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17];

export function casesOf(form: Form, ids: readonly string[] = []): ProofCase[] {
  return PROOFS.filter(({ id }) => ids.length === 0 || ids.includes(id)).flatMap((proof) => [...proof.cases(form)]);
}

/** Of the short forms those that `npm test` has no time for; `npm run test:long` has them. T5 keeps what is computed. */
export function isLong({ proof, name }: ProofCase): boolean {
  return ['T7', 'T8', 'T13', 'T15'].includes(proof) || (proof === 'T5' && name.startsWith('constant'));
}

import { always, type LoadModel } from '../../../src/core/load-plan.ts';
import { judgeAccounts } from './judges/accounts.ts';
import { openRate } from './open-rate.ts';
import { type Form, type Proof, type ProofCase, proofCase } from './proof.ts';
import { NUMBERED_REQUEST, type PlanChange, truthRun } from './truth-run.ts';
import type { TruthScript } from './truth/truth-script.ts';

const think_time = { kind: 'exponential', mean_s: 0.02 } as const;
const users: LoadModel = { kind: 'users', users: 20, think_time, ramp_users_per_s: 200 };
const AT_ONCE: TruthScript = { kind: 'constant', ms: 0 };
const WINDOW_S: Record<Form, number> = { short: 0.5, full: 5 };

interface AccountsOf {
  readonly name: string;
  readonly script: TruthScript;
  readonly change: PlanChange;
}

const GOOD: readonly AccountsOf[] = [
  { name: 'connections', script: AT_ONCE, change: { model: { kind: 'connections', connections: 8 } } },
  { name: 'rate', script: AT_ONCE, change: { model: openRate(400, 20, 'poisson') } },
  { name: 'users', script: AT_ONCE, change: { model: users } },
  {
    name: 'connections, two threads',
    script: AT_ONCE,
    change: { model: { kind: 'connections', connections: 8 }, threads: 2 },
  },
  { name: 'rate, two threads', script: AT_ONCE, change: { model: openRate(400, 20), threads: 2 } },
  { name: 'rate, undici', script: AT_ONCE, change: { model: openRate(400, 20), driver: 'undici' } },
];

/** Failures are those of the window, and the server's count is of the whole run: they are the same without a warm-up. A POST is not sent twice. */
const FAULTY: AccountsOf = {
  name: 'rate, with resets and answers that never come',
  script: { kind: 'faulty', ms: 1, hang_every: 20, reset_every: 7 },
  change: {
    model: openRate(200, 100),
    workload: always({ ...NUMBERED_REQUEST, method: 'POST' }),
    warmup_s: 0,
    timeout_s: 0.3,
  },
};

function accountsCase({ name, script, change }: AccountsOf, window_s: number): ProofCase {
  return proofCase({
    proof: 'T9',
    name,
    isTiming: false,
    measure: (bench) => truthRun(bench, script, { window_s, ...change }),
    judge: ({ result, truth }) => judgeAccounts(result, truth.numbers.length),
  });
}

const SHORT = 2;

export const T9: Proof = {
  id: 'T9',
  claim: 'the accounts, against the server’s own',
  passes: 'exact; with resets and timeouts sent − those ≤ server ≤ sent',
  cases: (form) =>
    [...(form === 'short' ? GOOD.slice(0, SHORT) : GOOD), FAULTY].map((of) => accountsCase(of, WINDOW_S[form])),
};

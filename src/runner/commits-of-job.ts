import { refRefusal } from '../core/git-ref.ts';
import type { ProvisionRoot } from './provision/cache.ts';
import type { ProvisionedTarget } from './provision/provision.ts';
import { commitNow, provisionCommit, type VersionedTarget } from './provision/provision-commit.ts';
import { TrialFault } from './trial-fault.ts';

/** What of a job decides which code it measures. */
export interface JobCode {
  /** `ref` by deployment; those without have none. */
  readonly refs: ReadonlyMap<string, string>;
  /** Nobody of the project has written it. */
  readonly untrusted: boolean;
  /** What branches were when the job began, as it was noted; by target and ref. */
  readonly known: ReadonlyMap<string, string>;
  /** Notes it, for whoever takes the job up again. */
  readonly note: (commits: ReadonlyMap<string, string>) => Promise<void>;
}

/** The commits that one job measures: each ref is looked up once, and is the same commit for all of the job. */
export class CommitsOfJob {
  readonly #code: JobCode;
  readonly #root: ProvisionRoot;
  readonly #signal: AbortSignal;
  readonly #known: Map<string, string>;
  readonly #held = new Set<string>();

  constructor(code: JobCode, root: ProvisionRoot, signal: AbortSignal) {
    this.#code = code;
    this.#root = root;
    this.#signal = signal;
    this.#known = new Map(code.known);
  }

  /** Throws a TrialFault of the step `provision`. `onCommit` hears which commit it is, also of one that cannot be built. */
  async provision(
    versioned: VersionedTarget,
    ref: string | null,
    onCommit: (commit: string) => void,
  ): Promise<ProvisionedTarget> {
    const refusal = ref === null ? null : refRefusal(ref, versioned.source.branches);
    if (refusal !== null) throw new TrialFault('provision', 'no-such-ref', `Not looked for: ${refusal}.`);
    if (this.#code.untrusted && this.#root.runAs == null)
      throw new TrialFault('provision', 'untrusted-refused', UNTRUSTED);
    const commit = await this.#commitOf(versioned, ref);
    onCommit(commit);
    return await provisionCommit(versioned, commit, this.#root, this.#held, this.#signal);
  }

  async #commitOf(versioned: VersionedTarget, ref: string | null): Promise<string> {
    const name = `${versioned.target.manifest.name} ${ref ?? ''}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const commit = await commitNow(versioned, ref, this.#root, this.#signal);
    this.#known.set(name, commit);
    await this.#code.note(this.#known);
    return commit;
  }
}

const UNTRUSTED =
  'This is code of a fork, and this runner has no other user to build and run it: its owner starts it as root with --run-as USER.';

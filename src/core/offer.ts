import { z } from 'zod';
import { boundedRecord } from './bounded-parse.ts';
import { MAX_BRANCH_PATTERNS } from './git-ref.ts';

/** Servers of one target: an application under every server there is, in a handful of configurations each. */
export const MAX_SERVERS = 64;
/** Rows of the table that a report has of each target. */
export const MAX_FEATURES = 64;

/** What a runner offers: its targets, read from their manifests, with the reason where one cannot run there. */
export const targetOfferSchema = z
  .object({
    target: z.string().max(40),
    display_name: z.string().max(100),
    language: z.string().max(40),
    category: z.string().max(40),
    kind: z.string().max(40),
    servers: z
      .array(z.object({ server: z.string().max(40), interfaces: z.array(z.string().max(40)).max(8) }))
      .max(MAX_SERVERS),
    workloads: z.array(z.string().max(40)).max(32),
    unavailable: z.string().max(500).nullable(),
    settings: z
      .array(z.object({ what: z.string().max(200), value: z.string().max(500), source: z.string().max(500) }))
      .max(64),
    features: boundedRecord(
      z.string().max(60),
      z.object({ value: z.string().max(300), source: z.string().max(500) }),
      MAX_FEATURES,
    ),
    /** Its code is fetched from git, commit by commit: a deployment of it may carry `ref`. Left out: it is not. */
    versioned: z.boolean().optional(),
    /** Of a versioned target: patterns of the branches that `ref` may name, beside commits. */
    branches: z.array(z.string().max(200)).max(MAX_BRANCH_PATTERNS).optional(),
  })
  .meta({ id: 'TargetOffer' });
export type TargetOffer = z.output<typeof targetOfferSchema>;

/** Offered of a versioned target, needed by a deployment with a `ref`: another runner may have the same target without git. */
const versionsKey = (target: string): string => `${target}@`;

/** The keys that a claim matches on: `target/server/interface`, `target/server` for a spec that leaves the interface open, `target@` for refs. */
export function offerKeys(offers: readonly TargetOffer[]): string[] {
  return offers
    .filter((offer) => offer.unavailable === null)
    .flatMap((offer) => [
      ...(offer.versioned === true ? [versionsKey(offer.target)] : []),
      ...offer.servers.flatMap((s) => [
        `${offer.target}/${s.server}`,
        ...s.interfaces.map((name) => `${offer.target}/${s.server}/${name}`),
      ]),
    ]);
}

interface NeededDeployment {
  readonly target: string;
  readonly server: string;
  readonly interface?: string | null;
  readonly ref?: string | undefined;
}

/** The keys that a runner must offer, all of them, to be given a job of these deployments. */
export function neededKeys(deployments: readonly NeededDeployment[]): string[] {
  const keys = deployments.flatMap((d) => [
    `${d.target}/${d.server}${d.interface ? `/${d.interface}` : ''}`,
    ...(d.ref === undefined ? [] : [versionsKey(d.target)]),
  ]);
  return [...new Set(keys)];
}

/** What of a waiting job decides who may be given it. */
export interface JobDemand {
  readonly project_id: string;
  /** `neededKeys` of its deployments. */
  readonly needs: readonly string[];
  readonly runner_labels: Readonly<Record<string, string>>;
}

/** What of a runner decides which jobs it may be given. */
export interface RunnerReach {
  /** Null: shared, serves every project. */
  readonly project_id: string | null;
  /** `offerKeys` of its targets. */
  readonly offer_keys: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether the runner may be given the job; the claim itself decides by the same rule, in SQL (src/db/job-queue.ts). */
export function reaches(runner: RunnerReach, job: JobDemand): boolean {
  return (
    (runner.project_id === null || runner.project_id === job.project_id) &&
    job.needs.every((key) => runner.offer_keys.includes(key)) &&
    Object.entries(job.runner_labels).every(([key, value]) => runner.labels[key] === value)
  );
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isVersioned } from '../../../src/core/target-source.ts';
import { lockFolder } from '../../../src/db/folder-lock.ts';
import { readCatalogue } from '../../../src/runner/catalogue.ts';
import { startGuardian } from '../../../src/runner/guardian/guardian.ts';
import type { BuildLimits } from '../../../src/runner/provision/build-limits.ts';
import type { ProvisionedTarget } from '../../../src/runner/provision/provision.ts';
import { commitNow, provisionCommit, type VersionedTarget } from '../../../src/runner/provision/provision-commit.ts';
import type { RunAs } from '../../../src/runner/run-as.ts';
import { TrialFault } from '../../../src/runner/trial-fault.ts';
import { TEST_OWNER } from '../support/nothing-left.ts';
import { SILENT } from '../support/silent-log.ts';

/** An application that answers as the contract below says, from any commit that has it. */
export const SERVER = `import { createServer } from 'node:http';
createServer((request, response) => {
  const isKnown = request.url === '/test';
  response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(isKnown ? { message: 'Hello' } : {}));
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

const CONTRACT = `version: 1
requests:
  - request: GET /test
    expect: { status: 200, json: { message: Hello } }
  - request: GET /nowhere
    expect: { status: 404 }
workloads:
  test: { about: One small JSON object, request: GET /test, status: 200 }
`;

/** Writes the folder of a target from git under `folder`, which becomes a folder of targets. */
export function writeTarget(folder: string, source: object, more: object = {}): string {
  const targets = join(folder, 'targets');
  mkdirSync(join(targets, 'shop'), { recursive: true });
  const manifest = {
    name: 'shop',
    display_name: 'Shop',
    language: 'node',
    category: 'production',
    kind: 'micro',
    servers: { node: { interfaces: ['http'], argv: ['node', 'server.mjs', '{port}'] } },
    ready: { path: '/test', timeout_s: 10 },
    source,
    workloads: ['test'],
    ...more,
  };
  writeFileSync(join(targets, 'shop', 'target.yaml'), stringify(manifest));
  writeFileSync(join(targets, 'contract.yaml'), CONTRACT);
  return targets;
}

export function versionedTarget(folder: string, source: object, more: object = {}): VersionedTarget {
  const target = readCatalogue([writeTarget(folder, source, more)]).targets.get('shop');
  if (target === undefined || !isVersioned(target.manifest.source)) throw new Error('a target from git was expected');
  return { target, source: target.manifest.source };
}

export interface Provisioning {
  readonly folder: string;
  readonly versioned: VersionedTarget;
  /** Left out: the default branch. */
  readonly ref?: string;
  readonly runAs?: RunAs;
  readonly limits?: Partial<BuildLimits>;
  readonly signal?: AbortSignal;
}

/** What a runner does with a ref: looks it up, fetches, checks out and builds it. */
export async function provisioned(order: Provisioning): Promise<ProvisionedTarget> {
  const { folder, versioned, ref = null, runAs, limits, signal = new AbortController().signal } = order;
  await using guardian = startGuardian({ owner: TEST_OWNER, cpus: [], about: folder, log: SILENT });
  const path = join(folder, 'provision');
  // What tests of disk use is small, and so may be what is left of the disk that they run on.
  const buildLimits = { reserve_mb: 0, ...limits };
  mkdirSync(path, { recursive: true });
  const root = { path, lock: lockFolder, guardian, runAs: runAs ?? null, buildLimits };
  const commit = await commitNow(versioned, ref, root, signal);
  return await provisionCommit(versioned, commit, root, new Set(), signal);
}

/** The fault that it ends with. */
export async function faultOf(order: Provisioning): Promise<TrialFault> {
  try {
    await provisioned(order);
  } catch (error) {
    if (error instanceof TrialFault) return error;
    throw error;
  }
  throw new Error('a fault was expected');
}

/** A build that runs a script of Node. */
export const nodeBuild = (script: string): string[] => ['node', '--input-type=module', '-e', script];

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Contract, parseContract } from '../core/contract.ts';
import type { InputProblem } from '../core/errors.ts';
import type { TargetOffer } from '../core/offer.ts';
import { type Manifest, offerOf, parseManifest } from '../core/target.ts';
import { unavailability } from './provision/availability.ts';
import { RunnerError } from './runner-error.ts';

/** One folder of the catalogue. */
export interface CatalogueTarget {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly contract: Contract;
  /** Why it cannot run on this host; null: it can. */
  readonly unavailable: string | null;
}

export interface Catalogue {
  readonly targets: ReadonlyMap<string, CatalogueTarget>;
  readonly offers: readonly TargetOffer[];
}

/**
 * Reads every folder with a `target.yaml` under the given ones, and those that are one themselves. Its contract is the folder's own `contract.yaml`, else the
 * one beside the folder, else the first one among the given folders. Throws one RunnerError that names every problem.
 */
export function readCatalogue(targetsDirs: readonly string[]): Catalogue {
  const dirs = targetsDirs.map((dir) => resolve(dir));
  const problems: string[] = dirs.filter((dir) => !existsSync(dir)).map((dir) => `${dir}: no such folder`);
  const targets = new Map<string, CatalogueTarget>();
  const contracts = new Map<string, Contract | null>();
  const present = dirs.filter((dir) => existsSync(dir));
  for (const folder of present.flatMap(targetFolders)) {
    const manifest = readManifest(join(folder, 'target.yaml'), problems);
    if (manifest === null) continue;
    const path = [
      join(folder, 'contract.yaml'),
      ...[join(folder, '..'), ...present].map((dir) => join(dir, 'contract.yaml')),
    ].find((each) => existsSync(each));
    if (path === undefined) {
      problems.push(`${folder}: there is no contract.yaml in it or beside it`);
      continue;
    }
    if (!contracts.has(path)) contracts.set(path, readContract(path, problems));
    const contract = contracts.get(path);
    if (contract === null || contract === undefined) continue;
    const missing = manifest.workloads.filter((name) => contract.workloads[name] === undefined);
    if (missing.length > 0)
      problems.push(`${folder}/target.yaml: /workloads: ${path} does not define ${missing.join(', ')}`);
    const other = targets.get(manifest.name);
    if (other !== undefined) problems.push(`${folder}: the name ${manifest.name} is taken by ${other.folder}`);
    targets.set(manifest.name, { manifest, folder, contract, unavailable: unavailability(manifest) });
  }
  if (problems.length > 0) throw new RunnerError('bad-targets', `The targets cannot be used:\n${problems.join('\n')}`);
  return {
    targets,
    offers: [...targets.values()].map(({ manifest, unavailable }) => offerOf(manifest, unavailable)),
  };
}

function targetFolders(dir: string): string[] {
  const below = readdirSync(dir)
    .sort()
    .map((name) => join(dir, name));
  return [dir, ...below].filter((folder) => existsSync(join(folder, 'target.yaml')));
}

function readManifest(path: string, problems: string[]): Manifest | null {
  const parsed = readYaml(path, parseManifest, problems);
  return parsed?.ok === true ? parsed.manifest : null;
}

function readContract(path: string, problems: string[]): Contract | null {
  const parsed = readYaml(path, parseContract, problems);
  return parsed?.ok === true ? parsed.contract : null;
}

type Parsed = { readonly ok: true } | { readonly ok: false; readonly problems: readonly InputProblem[] };

function readYaml<T extends Parsed>(path: string, parseDocument: (input: unknown) => T, problems: string[]): T | null {
  try {
    const parsed = parseDocument(parse(readFileSync(path, 'utf8')));
    if (!parsed.ok) problems.push(...parsed.problems.map((each) => `${path}: ${each.pointer}: ${each.detail}`));
    return parsed;
  } catch (error) {
    problems.push(`${path}: ${(error as Error).message}`);
    return null;
  }
}

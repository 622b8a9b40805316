import { existsSync, statfsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { readCatalogue } from '../../runner/catalogue.ts';
import { splitCores } from '../../runner/cores.ts';
import { hostConditions } from '../../runner/observe/conditions.ts';
import { findPython } from '../../runner/provision/python.ts';
import { findProgram } from '../../runner/provision/program.ts';
import { TASKSET } from '../../runner/taskset.ts';
import { readTopology } from '../../runner/topology.ts';
import { DEFAULT_PORT } from '../default-port.ts';
import { tryPort } from '../demo/free-port.ts';
import { packagePath } from '../package-path.ts';

export interface MachineCheck {
  readonly what: string;
  /** missing: something that the demo needs. advice: it runs, with a consequence. */
  readonly state: 'good' | 'advice' | 'missing';
  readonly found: string;
  readonly remedy: string | null;
}

/** Provisioned targets, a database and results of some experiments. */
const WANTED_DISK_GB = 2;

export async function inspectMachine(dataDir: string): Promise<MachineCheck[]> {
  return [
    node(),
    python(),
    uv(),
    npm(),
    ...cores(),
    ...hostState(),
    memory(),
    await folder(dataDir),
    await port(),
    ...targets(),
  ];
}

function good(what: string, found: string): MachineCheck {
  return { what, state: 'good', found, remedy: null };
}

function advice(what: string, found: string, remedy: string): MachineCheck {
  return { what, state: 'advice', found, remedy };
}

function node(): MachineCheck {
  return good('Node', process.versions.node);
}

function python(): MachineCheck {
  const found = findPython('>=3.11');
  if (found.python !== null) return good('Python', `${found.python.version} (${found.python.program}) with venv`);
  return advice('Python', found.unavailable, 'without it the demo compares the Node targets only');
}

function uv(): MachineCheck {
  return findProgram('uv') === null ? good('uv', 'not found: pip is used, a little slower') : good('uv', 'found');
}

function npm(): MachineCheck {
  if (findProgram('npm') !== null) return good('npm', 'found');
  return { what: 'npm', state: 'missing', found: 'not found', remedy: 'install it; it comes with Node' };
}

function cores(): MachineCheck[] {
  const topology = readTopology();
  const sets = splitCores(topology);
  const split = `servers on ${sets.server.join(',')}, load engine on ${sets.generator.join(',')}`;
  const checks = [good('cores', `${topology.length} physical; ${split}`)];
  if (topology.length < 2)
    checks.push(advice('core sets', 'one core for everything', 'measure on a machine with at least two cores'));
  else if (TASKSET === null)
    checks.push(
      advice(
        'core sets',
        'this platform cannot pin processes',
        'install taskset (package util-linux); on other systems measure on Linux',
      ),
    );
  return checks;
}

function hostState(): MachineCheck[] {
  const conditions = hostConditions(splitCores(readTopology()));
  const checks: MachineCheck[] = [];
  const { governor, swap_used_mb: swap } = conditions;
  if (governor === null) checks.push(good('CPU governor', 'not readable here'));
  else if (governor === 'performance') checks.push(good('CPU governor', governor));
  else checks.push(advice('CPU governor', governor, 'cpupower frequency-set -g performance'));
  if (swap !== null && swap > 0)
    checks.push(advice('swap', `${Math.round(swap)} MB in use`, 'free memory before measuring'));
  return checks;
}

function memory(): MachineCheck {
  return good('memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`);
}

async function folder(dataDir: string): Promise<MachineCheck> {
  const path = resolve(dataDir);
  try {
    const existing = nearestExisting(path);
    await access(existing, constants.W_OK);
    const { bavail, bsize } = statfsSync(existing);
    const free = (bavail * bsize) / 2 ** 30;
    if (free < WANTED_DISK_GB)
      return advice('data folder', `${path}, only ${free.toFixed(1)} GiB free`, `make ${WANTED_DISK_GB} GiB free`);
    return good('data folder', `${path}, ${free.toFixed(0)} GiB free`);
  } catch (error) {
    const found = `${path} cannot be written (${error instanceof Error ? error.message : String(error)})`;
    return {
      what: 'data folder',
      state: 'missing',
      found,
      remedy: 'run from a folder that you may write to, or give --data-dir',
    };
  }
}

/** Looking must not make the folder: the first of its parents that is there decides. */
function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

async function port(): Promise<MachineCheck> {
  if ((await tryPort(DEFAULT_PORT)) !== null) return good('port', `${DEFAULT_PORT} is free`);
  return advice('port', `${DEFAULT_PORT} is taken`, 'the demo takes another by itself; for `serve` give --port');
}

function targets(): MachineCheck[] {
  const { offers } = readCatalogue([packagePath('targets')]);
  const can = offers.filter((offer) => offer.unavailable === null).map((offer) => offer.target);
  return [
    good('targets', can.join(', ')),
    ...offers.flatMap((offer) =>
      offer.unavailable === null ? [] : [advice(`target ${offer.target}`, 'cannot run here', offer.unavailable)],
    ),
  ];
}

import { arch, cpus, release, totalmem } from 'node:os';
import { system } from 'systeminformation';
import type { HostFingerprint } from '../core/host.ts';
import type { Catalogue } from './catalogue.ts';
import { readText } from './read-text.ts';
import { findPython } from './provision/python.ts';
import { PYTHON_RANGE } from './provision/availability.ts';
import { readTopology } from './topology.ts';

/** The kernel keeps a part of the memory that differs from boot to boot. */
const MEMORY_STEP_MB = 256;

/** What decides whether results of two hosts may be compared. */
export async function hostFingerprint(catalogue: Catalogue): Promise<HostFingerprint> {
  const topology = readTopology();
  return {
    cpu_model: (cpus()[0]?.model ?? 'unknown').trim().slice(0, 200),
    cores: topology.length,
    threads_per_core: Math.max(1, ...topology.map((core) => core.length)),
    memory_mb: Math.round(totalmem() / 2 ** 20 / MEMORY_STEP_MB) * MEMORY_STEP_MB,
    kernel: kernelSeries(release()),
    os: osName(),
    arch: arch(),
    virtualisation: await virtualisation(),
    runtimes: runtimes(catalogue),
  };
}

/** `6.1` of `6.1.0-28-amd64`: a patch level is recorded with each trial, and must not part what is comparable. */
function kernelSeries(full: string): string {
  return /^\d+\.\d+/.exec(full)?.[0] ?? full.slice(0, 200);
}

function osName(): string {
  const pretty = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readText('/etc/os-release') ?? '')?.[1];
  return (pretty ?? process.platform).slice(0, 200);
}

async function virtualisation(): Promise<string | null> {
  const { virtual, virtualHost } = await system();
  if (virtual) return (virtualHost ?? 'unknown').slice(0, 100) || 'unknown';
  return /^flags\s*:.*\bhypervisor\b/m.test(readText('/proc/cpuinfo') ?? '') ? 'unknown' : null;
}

function runtimes(catalogue: Catalogue): Record<string, string> {
  const languages = new Set([...catalogue.targets.values()].map((target) => target.manifest.language));
  const python = languages.has('python') ? findPython(PYTHON_RANGE).python : null;
  return {
    ...(languages.has('node') ? { node: process.version.slice(1) } : {}),
    ...(python === null ? {} : { python: python.version }),
  };
}

import { z } from 'zod';
import { boundedRecord } from './bounded-parse.ts';

/** Cores of one host that are told apart. */
export const MAX_CPUS = 1_024;
/** Python and Node, and what else a target may run on. */
const MAX_RUNTIMES = 32;

/** The host as a digestible fingerprint: its digest decides whether two results are comparable. */
export const hostFingerprintSchema = z
  .object({
    cpu_model: z.string().max(200),
    cores: z.int(),
    threads_per_core: z.int(),
    memory_mb: z.number(),
    kernel: z.string().max(200),
    os: z.string().max(200),
    arch: z.string().max(40),
    virtualisation: z.string().max(100).nullable(),
    runtimes: boundedRecord(z.string().max(40), z.string().max(100), MAX_RUNTIMES),
  })
  .meta({ id: 'HostFingerprint' });
export type HostFingerprint = z.output<typeof hostFingerprintSchema>;

/** What may change between trials: recorded, not digested. */
export const hostConditionsSchema = z.object({
  governor: z.string().nullable(),
  turbo: z.boolean().nullable(),
  swap_used_mb: z.number().nullable(),
  server_cpus: z.array(z.int()).max(MAX_CPUS),
  generator_cpus: z.array(z.int()).max(MAX_CPUS),
  smt_shared: z.boolean(),
  /** Runner and service share the generator's cores. */
  co_located: z.boolean(),
  /** With its patch level, which may change without parting what is comparable. */
  kernel_release: z.string().max(200).optional(),
});
export type HostConditions = z.output<typeof hostConditionsSchema>;

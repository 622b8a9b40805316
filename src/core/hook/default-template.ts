import type { Template } from './template.ts';

/** Which application is measured, and how it is served. */
export interface Measured {
  readonly target: string;
  readonly server: string;
  readonly interface?: string | undefined;
}

/** Without think time, so that what is seen is capacity; few enough for a small host. */
const CONNECTIONS = 16;
/** A loss of throughput that is worth a red pull request, and that a quiet host can tell from noise. */
const WORSE_BY = 0.03;

/** Base against head of one target, in the same shuffled blocks. */
export function defaultTemplate({ target, server, interface: by }: Measured): Template {
  const deployment = { target, server, ...(by === undefined ? {} : { interface: by }) };
  return {
    name: `${target} at {{sha}}`,
    series: target,
    deployments: [
      { id: 'base', ...deployment, ref: '{{base_sha}}' },
      { id: 'head', ...deployment, ref: '{{sha}}' },
    ],
    load: [{ model: 'closed', connections: [CONNECTIONS] }],
    thresholds: [{ regression: { metric: 'throughput_rps', worse_by: WORSE_BY, base: 'base', head: 'head' } }],
  };
}

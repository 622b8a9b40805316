import { type Gauges, readGauges } from '../../db/gauges.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { type Family, PROMETHEUS_TYPE, prometheusText } from '../prometheus-text.ts';
import type { RequestMetrics } from '../request-metrics.ts';
import { ONLINE_S } from '../runner-view.ts';

function gauge(name: string, help: string, value: number): Family {
  return { name, type: 'gauge', help, samples: [{ value }] };
}

function byState(name: string, help: string, counts: ReadonlyMap<string, number>): Family {
  return { name, type: 'gauge', help, samples: [...counts].map(([state, value]) => ({ labels: { state }, value })) };
}

function databaseFamilies(gauges: Gauges | null): Family[] {
  const up = gauge('benchwright_database_up', 'Whether the database answered this scrape.', gauges === null ? 0 : 1);
  if (gauges === null) return [up];
  return [
    up,
    byState('benchwright_experiments', 'Experiments of all projects by state.', gauges.experiments),
    byState('benchwright_jobs', 'Jobs that have not ended by state.', gauges.jobs),
    gauge('benchwright_oldest_queued_seconds', 'Age of the job that waits longest; 0: none.', gauges.oldest_queued_s),
    gauge('benchwright_runners_online', `Runners heard of in the last ${ONLINE_S} s.`, gauges.runners_online),
    gauge('benchwright_trials_stored', 'Stored trials; above 100,000 an estimate.', gauges.trials_stored),
  ];
}

/** Gauges from the database, the same on every platform; where a process lives on, also what it has answered and how it is. */
export function metricsRoutes(app: App, deps: Deps, requests: RequestMetrics): void {
  const read = async (): Promise<Gauges | null> => {
    try {
      return await readGauges(deps.db, { online_s: ONLINE_S });
    } catch (error) {
      deps.log.error({ err: error }, 'the gauges could not be read');
      return null;
    }
  };
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/metrics',
      tag: 'operations',
      summary: 'Metrics of the instance in the text format of Prometheus.',
      scope: 'operator',
      answers: { 200: { description: 'Metrics.', types: ['text/plain'] } },
    },
    async ({ c }) => {
      const families: Family[] = [
        {
          name: 'benchwright_build_info',
          type: 'gauge',
          help: 'Always 1; the version is in the label.',
          samples: [{ labels: { version: deps.config.version }, value: 1 }],
        },
        ...databaseFamilies(await read()),
        ...(deps.meter ? [...requests.families(), ...deps.meter.families()] : []),
      ];
      return c.body(prometheusText(families), 200, { 'Content-Type': PROMETHEUS_TYPE });
    },
  );
}

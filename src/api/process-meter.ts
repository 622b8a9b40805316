import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProcessMeter } from './deps.ts';
import type { Family } from './prometheus-text.ts';

/** Finer would wake an idle process more often. */
const RESOLUTION_MS = 20;
const NS_PER_S = 1e9;

function gauge(name: string, help: string, value: number): Family {
  return { name, type: 'gauge', help, samples: [{ value }] };
}

/** What a process of Node knows of itself; the delay of the event loop since it was last asked. */
export function createProcessMeter(): ProcessMeter {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const started_at = Date.now() / 1000 - process.uptime();
  return {
    families() {
      const memory = process.memoryUsage();
      const cpu = process.cpuUsage();
      const quantiles = [0.5, 0.99].map((quantile) => ({
        labels: { quantile: String(quantile) },
        value: delay.count === 0 ? 0 : delay.percentile(quantile * 100) / NS_PER_S,
      }));
      const longest = { labels: { quantile: '1' }, value: delay.count === 0 ? 0 : delay.max / NS_PER_S };
      delay.reset();
      return [
        gauge('process_resident_memory_bytes', 'Memory of the process.', memory.rss),
        gauge('nodejs_heap_used_bytes', 'Of it, live JavaScript objects and garbage.', memory.heapUsed),
        gauge('process_start_time_seconds', 'Start of the process, Unix time.', started_at),
        {
          name: 'process_cpu_seconds_total',
          type: 'counter',
          help: 'Processor time of the process.',
          samples: [{ value: (cpu.user + cpu.system) / 1e6 }],
        },
        {
          name: 'nodejs_eventloop_delay_seconds',
          type: 'gauge',
          help: `How late the event loop was since the last scrape, of looks each ${RESOLUTION_MS} ms.`,
          samples: [...quantiles, longest],
        },
      ];
    },
    close: () => void delay.disable(),
  };
}

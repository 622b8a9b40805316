import { PerformanceObserver } from 'node:perf_hooks';

export interface Cost {
  /** (CPU − spinning) / wall, 0 to 1 per core. */
  readonly busy: number;
  readonly cpuS: number;
  readonly gcMs: number;
}

interface Mark {
  wall: number;
  cpuMs: number;
  spunMs: number;
  gcMs: number;
}

/** What the generator itself uses: CPU of its process without the turns in which it only waited, collections, memory. */
export class GeneratorCost {
  #gcMs = 0;
  #rssMb = 0;
  #second: Mark;
  #window: Mark;
  readonly #observer: PerformanceObserver;
  readonly #cpuUsage: () => NodeJS.CpuUsage;

  /** `ofThread`: this thread's CPU only, where others of the process are measured apart. */
  constructor(ofThread: boolean) {
    this.#cpuUsage = ofThread ? () => process.threadCpuUsage() : () => process.cpuUsage();
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#gcMs += entry.duration;
    });
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#second = this.#mark(0);
    this.#window = this.#second;
  }

  /** Since the last call. */
  since(spunMs: number): Cost {
    const now = this.#mark(spunMs);
    const cost = between(this.#second, now);
    this.#second = now;
    return cost;
  }

  openWindow(spunMs: number): void {
    this.#window = this.#mark(spunMs);
  }

  sinceWindowOpened(spunMs: number): Cost {
    return between(this.#window, this.#mark(spunMs));
  }

  /** The largest resident set seen, in MiB. */
  get rssMb(): number {
    return this.#rssMb;
  }

  stop(): void {
    this.#observer.disconnect();
  }

  #mark(spunMs: number): Mark {
    const cpu = this.#cpuUsage();
    this.#rssMb = Math.max(this.#rssMb, residentMb());
    return { wall: performance.now(), cpuMs: (cpu.user + cpu.system) / 1000, spunMs, gcMs: this.#gcMs };
  }
}

function residentMb(): number {
  try {
    return process.memoryUsage.rss() / 2 ** 20;
  } catch {
    // It reads a file, which fails where connections have taken all descriptors.
    return 0;
  }
}

function between(from: Mark, to: Mark): Cost {
  const wall = to.wall - from.wall;
  const cpuMs = to.cpuMs - from.cpuMs;
  const worked = Math.max(0, cpuMs - (to.spunMs - from.spunMs));
  return { busy: wall > 0 ? worked / wall : 0, cpuS: cpuMs / 1000, gcMs: to.gcMs - from.gcMs };
}

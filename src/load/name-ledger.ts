import { Recorder, type RecorderDump } from './recorder.ts';

export interface NameDump {
  readonly ok: number;
  readonly failed: number;
  readonly latency: RecorderDump;
  readonly service: RecorderDump;
}

/** Of one request name: the requests that were planned in the window. */
export class NameLedger {
  ok = 0;
  failed = 0;
  readonly latency = new Recorder();
  readonly service = new Recorder();

  /** In ms; a failure's latency is at least the timeout, `serviceMs` null where no whole answer came. */
  ended(latencyMs: number, serviceMs: number | null, ok: boolean): void {
    if (ok) this.ok += 1;
    else this.failed += 1;
    this.latency.record(latencyMs);
    if (serviceMs !== null) this.service.record(serviceMs);
  }

  dump(): NameDump {
    return { ok: this.ok, failed: this.failed, latency: this.latency.dump(), service: this.service.dump() };
  }

  add(dump: NameDump): void {
    this.ok += dump.ok;
    this.failed += dump.failed;
    this.latency.add(dump.latency);
    this.service.add(dump.service);
  }
}

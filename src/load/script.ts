import type { ParsedPlan, PlannedRequest } from '../core/load-plan.ts';
import type { Random } from '../core/random.ts';
import { hostHeader, isIdempotent } from './request-bytes.ts';
import { type FilledRequest, requestBytes, RequestTemplate } from './request-template.ts';

/** One request of the plan, compiled. */
export interface Step {
  readonly request: PlannedRequest;
  readonly template: RequestTemplate;
  /** What is sent each time, and as bytes; null: it has placeholders. */
  readonly fixed: FilledRequest | null;
  readonly bytes: Buffer | null;
  /** Index of its name among the names of the plan. */
  readonly name: number;
  /** It ends its iteration. */
  readonly isLast: boolean;
  /** A stale connection may be answered by sending it again: it is idempotent and needs no connection that it had before. */
  readonly retries: boolean;
  /** Name and path of what its answer gives to later steps. */
  readonly saves: readonly (readonly [string, string])[];
}

/** The plan's workload, flat: items one after the other, each a run of steps. */
export class Script {
  readonly steps: readonly Step[];
  /** Of all requests, in the order of the plan, each once. */
  readonly names: readonly string[];
  /** True: there is nothing to draw and nothing to carry on. */
  readonly isSingle: boolean;
  readonly host: string;
  readonly #first: readonly number[];
  readonly #upTo: readonly number[];

  /** @throws Error when a request cannot be written, or uses a value that nothing sets. */
  constructor(plan: ParsedPlan) {
    this.host = hostHeader(plan);
    this.names = [...new Set(plan.workload.flatMap(({ steps }) => steps.map(({ name }) => name)))];
    const steps: Step[] = [];
    const first: number[] = [];
    const upTo: number[] = [];
    let weights = 0;
    for (const item of plan.workload) {
      first.push(steps.length);
      weights += item.weight;
      upTo.push(weights);
      const compiled = item.steps.map((request, i) => this.#step(request, i === 0, i + 1 === item.steps.length));
      checkNames(compiled);
      steps.push(...compiled);
    }
    this.steps = steps;
    this.#first = first;
    this.#upTo = upTo;
    this.isSingle = steps.length === 1 && steps[0]?.bytes !== null;
  }

  get items(): number {
    return this.#first.length;
  }

  /** The first step of an item, drawn by weight. */
  draw(random: Random): number {
    const upTo = this.#upTo;
    const at = random() * (upTo[upTo.length - 1] as number);
    let i = 0;
    while (i + 1 < upTo.length && at >= (upTo[i] as number)) i += 1;
    return this.#first[i] as number;
  }

  #step(request: PlannedRequest, isFirst: boolean, isLast: boolean): Step {
    const template = new RequestTemplate(request);
    // Written once also where it has placeholders: what stands between them must be good before anything is sent.
    const filled = template.filled({ own: () => '', saved: () => '' });
    const bytes = requestBytes(filled, this.host);
    return {
      request,
      template,
      fixed: template.isFixed ? filled : null,
      bytes: template.isFixed ? bytes : null,
      name: this.names.indexOf(request.name),
      isLast,
      retries: isFirst && isIdempotent(request.method),
      saves: Object.entries(request.save ?? {}),
    };
  }
}

/** Who made the plan has checked this and told it better; here it would be found in the middle of a run. */
function checkNames(steps: readonly Step[]): void {
  const known = new Set<string>();
  for (const { request, template, saves } of steps) {
    const missing = template.uses.find((name) => !known.has(name));
    if (missing !== undefined) throw new Error(`${request.name} uses {{${missing}}}, which no earlier step saves`);
    for (const [name] of saves) known.add(name);
  }
}

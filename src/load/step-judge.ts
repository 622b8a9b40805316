import { BodyCheck } from './body-check.ts';
import { failedAs, OK, type Outcome } from './ledger.ts';
import type { Step } from './script.ts';

const CONTRACT = failedAs('contract');
const HTTP_4XX = failedAs('http_4xx');
const HTTP_5XX = failedAs('http_5xx');

/** What is a good answer to one step, and whose bodies are looked at. */
export class StepJudge {
  readonly isHead: boolean;
  readonly #check: BodyCheck;
  readonly #expects: boolean;
  readonly #saves: boolean;
  readonly #accepted = new Uint8Array(1000);

  /** @throws SyntaxError when the expected body is not JSON. */
  constructor({ request, saves }: Step) {
    this.isHead = request.method.toUpperCase() === 'HEAD';
    this.#check = new BodyCheck(request.expect.json);
    this.#expects = request.expect.json !== null;
    this.#saves = saves.length > 0;
    for (const status of request.expect.statuses) this.#accepted[status] = 1;
  }

  /** Whether the body of the answer that comes now is looked at: to be asked once for each. */
  looks(): boolean {
    return this.#check.due() || this.#saves;
  }

  /** `looked`: what `looks` said; the body is then null only when it is longer than any that is kept. */
  outcome(status: number, looked: boolean, body: Uint8Array | null): Outcome {
    if (this.#accepted[status] === 1) return looked && this.#expects && !this.#check.isGood(body) ? CONTRACT : OK;
    if (status >= 400 && status < 500) return HTTP_4XX;
    return status >= 500 && status < 600 ? HTTP_5XX : CONTRACT;
  }
}

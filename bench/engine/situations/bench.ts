import type { Found } from '../tools.ts';
import type { RunEngine } from '../tools/tool.ts';

/** What a situation is measured with. */
export interface Bench {
  readonly runEngine: RunEngine;
  readonly found: Found;
  readonly rounds: number;
  /** Of a window, where the situation does not say itself how long it is. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

import type { RequestList } from './request-list.ts';

/** What stands for the workload of cells whose spec lists its requests itself; no contract's workload is driven under this name. */
export const CUSTOM_WORKLOAD = 'custom';

/** A spec's `workload`: the name of one of the contract, or the requests themselves. */
export type Workload = string | RequestList;

/** The workload as cells, selectors and tables name it. */
export function workloadName(workload: Workload): string {
  return typeof workload === 'string' ? workload : CUSTOM_WORKLOAD;
}

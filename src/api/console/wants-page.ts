import { AppError } from '../../core/errors.ts';
import { negotiate } from '../negotiate.ts';

/** Whether `Accept` prefers a page to JSON, as every browser's does; whoever takes anything gets JSON, as everywhere in the API. */
export function wantsPage(accept: string | undefined): boolean {
  try {
    return negotiate(accept, ['application/json', 'text/html']) === 'text/html';
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

import type { ContractRequest } from './contract.ts';
import type { Difference } from './contract-answer.ts';

/** What whoever writes a target does about an answer that is not as the contract says: one sentence. */
export function howToMend(step: ContractRequest, difference: Difference): string {
  if (difference.about === 'status') return mendStatus(step, Number.parseInt(difference.got, 10));
  return MENDS[difference.about];
}

const MENDS: Readonly<Record<Exclude<Difference['about'], 'status'>, string>> = {
  'empty-body': 'Send this answer without a body.',
  'content-type': 'Send the header Content-Type: application/json with this answer.',
  json: 'Send one whole JSON value as the body, and nothing beside it.',
  value: 'Make this value what the contract says; where the contract is your own and wrong, change it there.',
  header: 'Send this header with the answer.',
};

/** By what came, where that says more than what was expected. */
function mendStatus({ request, expect: { status: expected } }: ContractRequest, got: number): string {
  if (got >= 500) return 'The application failed at this request: its own output, or its log, says why.';
  if (got >= 300 && got < 400)
    return 'Answer at once instead of redirecting: frameworks redirect for a slash at the end, or to https.';
  if (got === 404 && expected !== 404)
    return `Add ${request} to the application; if it is there, what it asks for was not found.`;
  if (got === 405 && expected !== 405) return `Add ${request} to the application: it knows the path, not the method.`;
  return STATUS_MENDS[expected] ?? `Answer this request with status ${expected}.`;
}

const STATUS_MENDS: Readonly<Record<number, string>> = {
  201: 'Answer 201 where something was created.',
  204: 'Answer 204 where there is nothing to send.',
  404: 'Answer 404 for what is not there; a route that catches everything may have answered instead.',
  405: 'Answer 405, with the header Allow, where the path is known and the method is not.',
  422: 'Check body and query before they are used, and answer 422 to what breaks the rules.',
};

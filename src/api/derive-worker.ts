import { parentPort } from 'node:worker_threads';
import type { Deps } from './deps.ts';
import type { Asked, FromThread, ToThread } from './derive-message.ts';
import { makeComparison, makePage, makeResults, partOf } from './documents.ts';
import { experimentFacts, summarisedTrial, type TrialText } from './experiment-facts.ts';

/** The thread of `derive-thread.ts`: everything heavy that is made of stored results, out of the way of the event loop. */

if (parentPort === null) throw new Error('this script is a thread of the service');
const port = parentPort;

/** Of the results that are asked for next. */
let trials: TrialText[] = [];

/** The page and its charts are most of what this thread loads: read when the first page is asked for. */
const renderReport: Deps['renderReport'] = async (results, options) => {
  const { renderPage } = await import('../report/page.ts');
  return renderPage(results, options);
};

async function make(message: Asked): Promise<unknown> {
  if (message.type === 'part') return partOf(message.text, message.part);
  if (message.type === 'comparison') return makeComparison(message.a, message.b);
  if (message.type === 'page') return makePage(message.text, message.options, renderReport);
  const texts = trials;
  trials = [];
  return makeResults(experimentFacts(message.head, texts.map(summarisedTrial)));
}

async function answer(message: Asked): Promise<void> {
  let said: FromThread;
  try {
    said = { type: 'made', value: await make(message) };
  } catch (error) {
    const { message: text, stack } = error instanceof Error ? error : new Error(String(error));
    said = { type: 'failed', message: text, stack };
  }
  port.postMessage(said);
}

port.on('message', (message: ToThread) => {
  if (message.type === 'trials') trials.push(...message.trials);
  else if (message.type === 'forget') trials = [];
  else void answer(message);
});

import { type Content, type Markup, markup } from '../../report/markup.ts';
import type { Ask } from './ask.ts';
import { listing, when } from './listing.ts';

export interface Event {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** As many as the API gives at once; a spec with the most trials there may be has some ten times as many. */
const MOST_AT_ONCE = 1_000;
const MOST_TIMES = 12;
/** What a page shows; the API has all of them. */
const MOST_SHOWN = 100;

/** All events of an experiment, oldest first. */
export async function allEvents(ask: Ask, id: string): Promise<Event[]> {
  const all: Event[] = [];
  for (let times = 0; times < MOST_TIMES; times += 1) {
    const path = `/v1/experiments/${id}/events?after=${all.at(-1)?.seq ?? 0}&limit=${MOST_AT_ONCE}`;
    const { events } = await ask.get<{ events: Event[] }>(path);
    all.push(...events);
    if (events.length < MOST_AT_ONCE) break;
  }
  return all;
}

/** What happened, newest first; trials that were stored are counted, not listed. */
export function eventsSection(events: readonly Event[]): Markup {
  const told = events.filter(({ type }) => type !== 'trial-stored');
  const stored = events.length - told.length;
  const left = told.length - MOST_SHOWN;
  return markup`<section><h2>Events</h2>${listing({
    id: 'events',
    label: 'Events, newest first',
    columns: [{ head: 'Event' }, { head: 'When' }, { head: 'What' }],
    rows: told
      .toReversed()
      .slice(0, MOST_SHOWN)
      .map(({ type, at, data }) => ({ head: type.replaceAll('-', ' '), cells: [when(at), dataText(data)] })),
    none: 'Nothing happened yet.',
  })}
${stored > 0 && markup`<p class="muted">Not listed: ${stored} times a trial was stored.</p>`}
${left > 0 && markup`<p class="muted">And ${left} older ones.</p>`}</section>`;
}

function dataText(data: Event['data']): Content {
  const entries = Object.entries(data).filter(([, value]) => value !== null);
  return entries.map(
    ([key, value], i) =>
      markup`${i > 0 && ', '}${key.replaceAll('_', ' ')} <code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`,
  );
}

// The tasks of one worker process, in memory: the fixture of 100, what was created since, and the rules of the contract.
// `created_at` is text made once, when a task is created, so that no target pays for formatting a date per request.

const FIXTURE_SIZE = 100;
// A long measurement creates more than it deletes; past this many the oldest created task goes.
const MAX_CREATED = 1000;
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const MAX_TITLE = 200;
const MAX_DESCRIPTION = 2000;

function fixtureTask(id) {
  const minutes = (count) => String(count).padStart(2, '0');
  return {
    id,
    title: `Task ${id}`,
    description: `Description of task ${id}`,
    done: id % 3 === 0,
    created_at: `2026-01-01T${minutes(Math.floor(id / 60))}:${minutes(id % 60)}:00Z`,
  };
}

/** What was sent breaks the contract: 422. */
export class InvalidInput extends Error {}

/** The fields of a task in `body`: all of them with their defaults, or with `partial` only those that were sent. */
export function taskFields(body, { partial }) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new InvalidInput('The body must be an object');
  const fields = partial ? {} : { title: undefined, description: '', done: false };
  for (const name of ['title', 'description', 'done']) if (Object.hasOwn(body, name)) fields[name] = body[name];
  if ('title' in fields && !isText(fields.title, 1, MAX_TITLE)) throw new InvalidInput(`title must be text of 1 to ${MAX_TITLE} characters`);
  if ('description' in fields && !isText(fields.description, 0, MAX_DESCRIPTION)) {
    throw new InvalidInput(`description must be text of at most ${MAX_DESCRIPTION} characters`);
  }
  if ('done' in fields && typeof fields.done !== 'boolean') throw new InvalidInput('done must be true or false');
  return fields;
}

function isText(value, min, max) {
  return typeof value === 'string' && value.length >= min && value.length <= max;
}

/** `{limit, offset}` of a list request, from the query's texts. */
export function pageOfQuery(query) {
  const limit = wholeNumber(query.limit, DEFAULT_LIMIT);
  const offset = wholeNumber(query.offset, 0);
  if (!(limit >= 1 && limit <= MAX_LIMIT && offset >= 0)) {
    throw new InvalidInput(`limit must be a whole number from 1 to ${MAX_LIMIT}, offset one that is not negative`);
  }
  return { limit, offset };
}

function wholeNumber(text, fallback) {
  if (text === undefined) return fallback;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

export class TaskStore {
  #tasks = new Map();
  #created = [];
  #nextId = 1;

  constructor() {
    this.reset();
  }

  reset() {
    this.#tasks = new Map();
    for (let id = 1; id <= FIXTURE_SIZE; id += 1) this.#tasks.set(id, fixtureTask(id));
    this.#created = [];
    this.#nextId = FIXTURE_SIZE + 1;
  }

  page({ limit, offset }) {
    return this.#tasks.values().drop(offset).take(limit).toArray();
  }

  get(id) {
    return this.#tasks.get(id);
  }

  create(fields) {
    const created_at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const task = { id: this.#nextId, title: fields.title, description: fields.description, done: fields.done, created_at };
    this.#nextId += 1;
    this.#tasks.set(task.id, task);
    this.#created.push(task.id);
    if (this.#created.length > MAX_CREATED) this.#tasks.delete(this.#created.shift());
    return task;
  }

  change(id, fields) {
    const task = this.#tasks.get(id);
    if (task === undefined) return undefined;
    const changed = { ...task, ...fields };
    this.#tasks.set(id, changed);
    return changed;
  }

  delete(id) {
    return this.#tasks.delete(id);
  }
}

// The contract of targets/contract.yaml in Hono, on its own Node adapter: c.req.json() for bodies, c.json() for answers.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { InvalidInput, TaskStore, pageOfQuery, taskFields } from './tasks.js';

const app = new Hono();
const store = new TaskStore();

const notAllowed = (methods) => (c) => c.body(null, 405, { Allow: methods });
const answer = (c, task) => (task === undefined ? c.notFound() : c.json(task));
const idOf = (c) => Number(c.req.param('id'));

async function fieldsOf(c, rule) {
  let body;
  try {
    body = await c.req.json();
  } catch {
    throw new InvalidInput('The body is not JSON');
  }
  return taskFields(body, rule);
}

app.get('/test', (c) => c.json({ message: 'Hello' }));
app.all('/test', notAllowed('GET, HEAD'));

app.get('/tasks', (c) => c.json(store.page(pageOfQuery(c.req.query()))));
app.post('/tasks', async (c) => {
  const task = store.create(await fieldsOf(c, { partial: false }));
  return c.json(task, 201, { Location: `/tasks/${task.id}` });
});
app.all('/tasks', notAllowed('GET, HEAD, POST'));

app.get('/tasks/:id{[0-9]+}', (c) => answer(c, store.get(idOf(c))));
app.put('/tasks/:id{[0-9]+}', async (c) => answer(c, store.change(idOf(c), await fieldsOf(c, { partial: false }))));
app.patch('/tasks/:id{[0-9]+}', async (c) => answer(c, store.change(idOf(c), await fieldsOf(c, { partial: true }))));
app.delete('/tasks/:id{[0-9]+}', (c) => (store.delete(idOf(c)) ? c.body(null, 204) : c.notFound()));
app.all('/tasks/:id{[0-9]+}', notAllowed('GET, HEAD, PUT, PATCH, DELETE'));

if (process.env.BENCHWRIGHT_RESET === '1') {
  app.post('/__reset', (c) => {
    store.reset();
    return c.body(null, 204);
  });
}

app.onError((error, c) => {
  if (error instanceof InvalidInput) return c.json({ detail: error.message }, 422);
  console.error(error);
  return c.text('Internal Server Error', 500);
});

export function listen(port, host) {
  serve({ fetch: app.fetch, port, hostname: host });
}

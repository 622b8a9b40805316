// The contract of targets/contract.yaml in Express: a router, express.json() for bodies, res.json() for answers.
import express from 'express';
import { InvalidInput, TaskStore, pageOfQuery, taskFields } from './tasks.js';

const app = express();
const store = new TaskStore();

app.disable('x-powered-by');
// /tasks/ is an unknown path like any other: 404, as the contract has it.
app.enable('strict routing');

const readJson = express.json();
const notAllowed = (methods) => (req, res) => res.set('Allow', methods).sendStatus(405);
const answer = (res, task) => (task === undefined ? res.sendStatus(404) : res.json(task));
const idOf = (req) => (/^\d{1,15}$/.test(req.params.id) ? Number(req.params.id) : 0);

app
  .route('/test')
  .get((req, res) => res.json({ message: 'Hello' }))
  .all(notAllowed('GET, HEAD'));

app
  .route('/tasks')
  .get((req, res) => res.json(store.page(pageOfQuery(req.query))))
  .post(readJson, (req, res) => {
    const task = store.create(taskFields(req.body, { partial: false }));
    res.status(201).location(`/tasks/${task.id}`).json(task);
  })
  .all(notAllowed('GET, HEAD, POST'));

app
  .route('/tasks/:id')
  .get((req, res) => answer(res, store.get(idOf(req))))
  .put(readJson, (req, res) => answer(res, store.change(idOf(req), taskFields(req.body, { partial: false }))))
  .patch(readJson, (req, res) => answer(res, store.change(idOf(req), taskFields(req.body, { partial: true }))))
  .delete((req, res) => res.sendStatus(store.delete(idOf(req)) ? 204 : 404))
  .all(notAllowed('GET, HEAD, PUT, PATCH, DELETE'));

if (process.env.BENCHWRIGHT_RESET === '1') {
  app.post('/__reset', (req, res) => {
    store.reset();
    res.sendStatus(204);
  });
}

app.use((req, res) => res.sendStatus(404));

// express.json() says 400 for a body that is not JSON; the contract's word for any bad body is 422.
app.use((error, req, res, next) => {
  const bad = error instanceof InvalidInput || error.type === 'entity.parse.failed';
  if (bad) return res.status(422).json({ detail: error.message });
  return next(error);
});

export function listen(port, host) {
  app.listen(port, host, (error) => {
    if (error) throw error;
  });
}

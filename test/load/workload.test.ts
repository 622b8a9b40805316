import { describe, expect, test } from 'vitest';
import type { LoadPlan, PlanItem, PlannedRequest } from '../../src/core/load-plan.ts';
import { planItems, type RequestList, requestListSchema } from '../../src/core/request-list.ts';
import { failedCount, run, shortPlan } from './plans.ts';
import { startTaskServer, type TaskServer } from './task-server.ts';

const SUCCESS: PlannedRequest['expect'] = { statuses: [200, 201, 204], json: null };

function items(list: unknown): PlanItem[] {
  const parsed: RequestList = requestListSchema.parse(list);
  return planItems(parsed, () => SUCCESS);
}

const CRUD = items([
  {
    sequence: [
      {
        request: 'POST /tasks',
        body: { title: 'task {{seq}}', by: '{{user}}' },
        save: { id: '$.id', name: '$.nested.list[0].name' },
      },
      { request: 'GET /tasks/{{id}}', headers: { 'X-Name': '{{name}}' } },
      { request: 'PUT /tasks/{{id}}', body: { id: '{{id}}', title: '{{name}}!' } },
      { request: 'DELETE /tasks/{{id}}' },
    ],
  },
]);

const DRIVERS = ['socket', 'undici'] as const;

function sequences(server: TaskServer): Map<number, string[]> {
  const byId = new Map<number, string[]>();
  for (const { method, path } of server.seen) {
    const id = Number(/^\/tasks\/(\d+)$/.exec(path)?.[1] ?? Number.NaN);
    if (!Number.isNaN(id)) byId.set(id, [...(byId.get(id) ?? []), method]);
  }
  return byId;
}

describe.concurrent.each(DRIVERS)('a sequence, by the driver %s', (driver) => {
  test('carries values on, in order and on one connection, and is counted as it ended', async () => {
    await using server = await startTaskServer();
    const result = await run(shortPlan(server.port, { driver, workload: CRUD, window_s: 0.4 }));
    expect(failedCount(result)).toBe(0);
    const whole = [...sequences(server).values()].filter((methods) => methods.length === 3);
    expect(whole.length).toBeGreaterThan(5);
    expect(new Set(whole.map((methods) => methods.join(' ')))).toEqual(new Set(['GET PUT DELETE']));
    const { begun, completed, broken } = result.iterations ?? { begun: 0, completed: 0, broken: 0 };
    expect(completed).toBe(whole.length);
    expect(broken).toBe(0);
    // What the end of the window cut short left its task behind.
    expect(begun - completed).toBe(server.tasks.size);
    expect(result.by_request?.map(({ name }) => name)).toEqual([
      'POST /tasks',
      'GET /tasks/{{id}}',
      'PUT /tasks/{{id}}',
      'DELETE /tasks/{{id}}',
    ]);
    expect(result.by_request?.reduce((sum, each) => sum + each.requests, 0)).toBe(result.requests);
  });

  test('fills placeholders: numbers keep their type, no two iterations have one seq', async () => {
    await using server = await startTaskServer();
    await run(shortPlan(server.port, { driver, workload: CRUD, window_s: 0.2 }));
    const posts = server.seen
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body) as Record<string, string>);
    expect(new Set(posts.map(({ title }) => title)).size).toBe(posts.length);
    expect(posts[0]?.['title']).toMatch(/^task \d+$/);
    expect(new Set(posts.map(({ by }) => by))).toEqual(new Set(['1', '2', '3', '4']));
    const put = server.seen.find(({ method }) => method === 'PUT');
    const id = Number(put?.path.split('/')[2]);
    expect(JSON.parse(put?.body ?? '')).toEqual({ id, title: `n${id}!` });
    expect(put?.headers['content-type']).toBe('application/json');
    expect(server.seen.find(({ method, path }) => method === 'GET' && path === `/tasks/${id}`)?.headers['x-name']).toBe(
      `n${id}`,
    );
  });

  test('is broken off when an answer lacks what it should save, which is a failure of contract', async () => {
    await using server = await startTaskServer();
    const workload = items([
      { sequence: [{ request: 'GET /hello', save: { id: '$.id' } }, { request: 'GET /tasks/{{id}}' }] },
    ]);
    const result = await run(shortPlan(server.port, { driver, workload, window_s: 0.2 }));
    expect(result.ok).toBe(0);
    expect(result.requests).toBeGreaterThan(10);
    expect(result.failed.contract).toBe(result.requests);
    expect(result.iterations).toEqual({ begun: result.sent_total, completed: 0, broken: result.sent_total });
    expect(server.seen.every(({ path }) => path === '/hello')).toBe(true);
  });
});

describe.concurrent('a list of requests with weights', () => {
  const workload = items([
    { request: 'GET /hello', weight: 3 },
    { request: 'GET /nowhere', weight: 1, status: 404 },
  ]);
  const plan = (port: number, change: Partial<LoadPlan> = {}): LoadPlan => shortPlan(port, { workload, ...change });

  test('is drawn by weight, and counted by name', async () => {
    await using server = await startTaskServer();
    const result = await run(plan(server.port));
    const [hello, nowhere] = result.by_request ?? [];
    expect(hello?.name).toBe('GET /hello');
    expect((hello?.ok ?? 0) + (nowhere?.ok ?? 0)).toBe(result.ok);
    expect(failedCount(result)).toBe(0);
    // A thousand draws or more: three standard deviations of a share of 3/4 are 4 %.
    expect(result.ok).toBeGreaterThan(1000);
    expect((hello?.ok ?? 0) / result.ok).toBeCloseTo(0.75, 1);
    expect(server.seen).toHaveLength(result.sent_total);
  });

  test('is drawn alike for each user, whatever the server does', async () => {
    const drawn: string[][] = [];
    for (let i = 0; i < 2; i += 1) {
      await using server = await startTaskServer();
      await run(plan(server.port, { model: { kind: 'connections', connections: 1 }, window_s: 0.2 }));
      drawn.push(server.seen.map(({ path }) => path).slice(0, 100));
    }
    expect(drawn[0]).toHaveLength(100);
    expect(drawn[0]).toEqual(drawn[1]);
    expect(new Set(drawn[0]).size).toBe(2);
  });
});

import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { makeId } from '../../core/id.ts';
import {
  createProject,
  deleteProject,
  getProject,
  limitProject,
  listProjects,
  type ProjectRow,
} from '../../db/projects.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';

/** More would not be a queue any more but a second archive. */
const MAX_MAX_QUEUED = 100_000;
/** A hundred years. */
const MAX_RETENTION_DAYS = 36_500;

const limits = {
  max_queued: z.int().min(0).max(MAX_MAX_QUEUED).meta({ description: 'Experiments that may wait at once.' }),
  retention_days: z
    .int()
    .min(1)
    .max(MAX_RETENTION_DAYS)
    .nullable()
    .meta({ description: 'Days after its end for which an experiment is kept; null: for ever.' }),
};

const newProjectSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  max_queued: limits.max_queued.optional(),
  retention_days: limits.retention_days.optional(),
});

const limitsSchema = z.strictObject({
  max_queued: limits.max_queued.optional(),
  retention_days: limits.retention_days.optional(),
});

const projectSchema = z
  .object({ id: z.string(), name: z.string(), created_at: z.string(), ...limits })
  .meta({ id: 'Project' });

const projectIdParam = z.object({ id: z.string().meta({ description: 'prj_…' }) });

function projectView({ created_at, ...row }: ProjectRow): z.output<typeof projectSchema> {
  return { ...row, created_at: created_at.toISOString() };
}

/** Throws not-found for none. */
function found(row: ProjectRow | null, id: string): ProjectRow {
  if (row === null) throw new AppError('not-found', `no project ${id}`);
  return row;
}

function listingRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/projects',
      tag: 'projects',
      summary: 'Lists the projects of the instance, oldest first.',
      scope: 'operator',
      answers: { 200: { description: 'Projects.', schema: z.object({ projects: z.array(projectSchema) }) } },
    },
    async ({ c }) => c.json({ projects: (await listProjects(deps.db)).map(projectView) }),
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/projects/{id}',
      tag: 'projects',
      summary: 'One project and its limits.',
      scope: 'operator',
      params: projectIdParam,
      answers: { 200: { description: 'The project.', schema: projectSchema } },
    },
    async ({ c, params }) => c.json(projectView(found(await getProject(deps.db, params.id), params.id))),
  );
}

function changeRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/projects',
      tag: 'projects',
      summary: 'Makes a project. Its first key comes from POST /v1/keys with its `project_id`.',
      scope: 'operator',
      body: { schema: newProjectSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 201: { description: 'The project.', schema: projectSchema } },
    },
    async ({ c, body }) => {
      const row = await createProject(deps.db, { ...body, id: makeId('project', deps.uuid) });
      if (row === null) throw new AppError('name-taken', `another project has the name ${JSON.stringify(body.name)}`);
      return c.json(projectView(row), 201, { Location: `/v1/projects/${row.id}` });
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'patch',
      path: '/v1/projects/{id}',
      tag: 'projects',
      summary: 'Changes limits of a project; those that are not given stay.',
      scope: 'operator',
      params: projectIdParam,
      body: { schema: limitsSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 200: { description: 'The project.', schema: projectSchema } },
    },
    async ({ c, params, body }) => c.json(projectView(found(await limitProject(deps.db, params.id, body), params.id))),
  );
}

/** Projects: the tenants of an instance, each with its own experiments, keys and runners. */
export function projectRoutes(app: App, deps: Deps): void {
  listingRoutes(app, deps);
  changeRoutes(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/projects/{id}',
      tag: 'projects',
      summary: 'Deletes a project without experiments and runners, with its keys.',
      scope: 'operator',
      params: projectIdParam,
      answers: { 204: { description: 'Deleted.' } },
    },
    async ({ c, caller, params }) => {
      if (params.id === caller.project_id) {
        throw new AppError('project-not-empty', 'this is the project of the key that asks: use one of another project');
      }
      const answer = await deleteProject(deps.db, params.id);
      if (answer === 'not-found') throw new AppError('not-found', `no project ${params.id}`);
      if (answer === 'not-empty') {
        throw new AppError('project-not-empty', 'the project has experiments or runners: delete them first');
      }
      return c.body(null, 204);
    },
  );
}

import { Command } from 'commander';
import { wholeNumber, withConnection } from '../options.ts';
import { type ConnectionOptions, ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';

interface ProjectDocument {
  readonly id: string;
  readonly name: string;
  readonly max_queued: number;
  readonly retention_days: number | null;
}

type Options = ConnectionOptions & { json?: boolean };
type Limits = { maxQueued?: number; retentionDays?: number };

const MOST_QUEUED = 100_000;
const MOST_DAYS = 36_500;

export function projectsCommand(): Command {
  return new Command('projects')
    .description('projects of the service; needs an operator key')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(limitCommand())
    .addCommand(deleteCommand());
}

function withLimits(command: Command): Command {
  return command
    .option('--max-queued <n>', 'experiments that may wait at once', wholeNumber(0, MOST_QUEUED))
    .option('--retention-days <n>', 'days for which ended experiments are kept', wholeNumber(1, MOST_DAYS));
}

function limitsOf({ maxQueued, retentionDays }: Limits): Record<string, number> {
  return {
    ...(maxQueued === undefined ? {} : { max_queued: maxQueued }),
    ...(retentionDays === undefined ? {} : { retention_days: retentionDays }),
  };
}

function lineOf({ id, name, max_queued, retention_days }: ProjectDocument): string {
  const kept = retention_days === null ? 'kept for ever' : `kept ${retention_days} days`;
  return `${id}  ≤ ${max_queued} queued  ${kept}  ${name}`;
}

function listCommand(): Command {
  return withConnection(new Command('list').description('the projects of the service')).action(
    async (options: Options) => {
      const terminal = processTerminal(process.env);
      const client = ServiceClient.from(options, process.env);
      const { projects } = await client.getJson<{ projects: ProjectDocument[] }>('/v1/projects');
      if (options.json) return printJson(terminal, { projects });
      for (const project of projects) terminal.print(lineOf(project));
    },
  );
}

function createCommand(): Command {
  const command = withLimits(new Command('create').description('make a project').argument('<name>'));
  return withConnection(command).action(async (name: string, options: Options & Limits) => {
    const terminal = processTerminal(process.env);
    const client = ServiceClient.from(options, process.env);
    const made = await client.postJson<ProjectDocument>('/v1/projects', { name, ...limitsOf(options) });
    if (options.json) return printJson(terminal, made);
    terminal.print(lineOf(made));
    terminal.note(
      `its first key: benchwright keys create NAME --project ${made.id} --scope admin --scope read --scope submit`,
    );
  });
}

function limitCommand(): Command {
  const command = withLimits(new Command('limit').description('change the limits of a project').argument('<id>'));
  return withConnection(command).action(async (id: string, options: Options & Limits) => {
    const terminal = processTerminal(process.env);
    const answer = await ServiceClient.from(options, process.env).exchange({
      method: 'PATCH',
      path: `/v1/projects/${encodeURIComponent(id)}`,
      body: { text: JSON.stringify(limitsOf(options)), mediaType: 'application/json' },
    });
    const changed = JSON.parse(answer.text) as ProjectDocument;
    if (options.json) printJson(terminal, changed);
    else terminal.print(lineOf(changed));
  });
}

function deleteCommand(): Command {
  return withConnection(
    new Command('delete').description('delete a project without experiments and runners').argument('<id>'),
  ).action(async (id: string, options: Options) => {
    const terminal = processTerminal(process.env);
    await ServiceClient.from(options, process.env).send('DELETE', `/v1/projects/${encodeURIComponent(id)}`);
    if (options.json) printJson(terminal, { id, deleted: true });
    else terminal.print(`${id} deleted`);
  });
}

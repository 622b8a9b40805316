import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { parse as parseCsv } from 'csv-parse/sync';
import { auditStudy } from '../../core/audit/audit-study.ts';
import { EXAMPLE_STUDY } from '../../core/audit/example-study.ts';
import { parseStudy, type Study } from '../../core/audit/study.ts';
import { renderAuditText } from '../../report/audit-text.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { printJson, processTerminal } from '../terminal.ts';

interface AuditOptions {
  readonly example?: boolean;
  readonly json?: boolean;
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('check the printed numbers of an existing study for consistency')
    .argument('[file]', 'a study as JSON (title, design, tables, claims), or a table of rows as JSON or CSV')
    .option('--example', 'the published FastAPI and Django study, re-entered')
    .option('--json', 'print one JSON document and nothing else')
    .action(audit);
}

async function audit(file: string | undefined, options: AuditOptions): Promise<void> {
  const terminal = processTerminal(process.env);
  if ((file === undefined) === (options.example !== true)) {
    throw new CommandError(EXIT.badInput, 'audit wants either a file or --example');
  }
  const report = auditStudy(file === undefined ? accepted(EXAMPLE_STUDY, 'the example') : await readStudy(file));
  if (options.json) printJson(terminal, report);
  else terminal.print(renderAuditText(report, { width: terminal.width, color: terminal.color }));
}

async function readStudy(file: string): Promise<Study> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      EXIT.badInput,
      `cannot read ${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    );
  });
  try {
    return accepted(
      file.endsWith('.csv') ? parseCsv(text, { columns: true, trim: true, skip_empty_lines: true }) : JSON.parse(text),
      file,
    );
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const form = file.endsWith('.csv') ? 'CSV' : 'JSON';
    throw new CommandError(
      EXIT.badInput,
      `${file} is not valid ${form}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function accepted(input: unknown, from: string): Study {
  const parsed = parseStudy(input);
  if (parsed.ok) return parsed.study;
  const lines = parsed.problems.map((problem) => `  ${problem.pointer || '(whole study)'}: ${problem.detail}`);
  throw new CommandError(EXIT.badInput, `${from} is not a study:\n${lines.join('\n')}`, { errors: parsed.problems });
}

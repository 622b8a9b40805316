import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, RuleOutcome } from '../audit-report.ts';
import { cellsOf, metricOf } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, counted } from '../wording.ts';

const RULE = 'command';

/** uvicorn as the program itself, not as a worker class of another server. */
const UVICORN = /(?:^|\s|\/)uvicorn\s/;
const WSGI_FLAG = /--interface[\s=]wsgi\b/;

/** Can the declared commands do what is said of them? */
export function commands(study: Study): RuleOutcome {
  const given = study.design.deployments.filter((d) => d.command !== null);
  if (given.length === 0)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'the design gives no commands (`design.deployments[].command`)' }],
    };
  const wrong = given.filter((d) => d.interface === 'wsgi' && isUvicornWithoutWsgi(d.command ?? ''));
  const fine = given.length - wrong.length;
  return {
    findings: wrong.map((d) => finding(study, d.deployment, d.command ?? '')),
    checked: fine === 0 ? [] : [{ rule: RULE, says: `${counted(fine, 'command')} can do what is said of them.` }],
    not_run: [],
  };
}

/**
 * uvicorn's `--interface auto` chooses between ASGI 3 and ASGI 2 by whether the application is a coroutine function; it
 * never chooses WSGI. A WSGI application is then called as app(scope) and answers every request with 500:
 * "WSGIHandler.__call__() missing 1 required positional argument: 'start_response'" (uvicorn 0.42, config.py, Config.load).
 */
function isUvicornWithoutWsgi(command: string): boolean {
  return UVICORN.test(command) && !WSGI_FLAG.test(command);
}

function finding(study: Study, deployment: string, command: string): AuditFinding {
  const cells = cellsOf(study).filter((cell) => cell.deployment === deployment);
  const clean = cells.filter((cell) => metricOf(cell, 'error_rate_pct')?.value === 0);
  return {
    rule: RULE,
    severity: 'INVALID',
    tables: [...new Set(cells.flatMap((cell) => cell.tables))],
    rows: cells.map(cellName),
    evidence: { command, rows: cells.length, rows_without_errors: clean.length },
    says:
      `\`${command}\` cannot serve a WSGI application: without \`--interface wsgi\` uvicorn takes it for ASGI and answers ` +
      `every request with 500, yet ${clean.length} of the ${cells.length} rows of ${deployment} print no errors. ` +
      'These rows were measured with another command, or they did not run WSGI.',
    remedy: 'Give the command that ran. What these rows compare with ASGI is unknown until then.',
  };
}

import { NOTHING } from '../audit-report.ts';
import type { RuleOutcome } from '../audit-report.ts';
import { declaredThinkTime, impliedRows } from '../implied-load.ts';
import type { Study } from '../study.ts';
import { cellName, figure, rounded } from '../wording.ts';

/** Users that pause are not concurrent requests: how many were in the server at once? */
export function closedLoop(study: Study): RuleOutcome {
  const declared = declaredThinkTime(study.design);
  const rows = impliedRows(study);
  if (declared === null || declared.max === 0 || rows.length === 0) return NOTHING;
  const most = Math.max(...rows.map((row) => row.users));
  const busiest = rows.filter((row) => row.users === most).sort((a, b) => a.in_flight - b.in_flight);
  const [lo, hi] = [busiest[0]?.in_flight ?? 0, busiest.at(-1)?.in_flight ?? 0];
  return {
    ...NOTHING,
    findings: [
      {
        rule: 'closed-loop',
        severity: 'NOTE',
        tables: [...new Set(busiest.flatMap((row) => row.tables))],
        rows: busiest.map(cellName),
        evidence: { users: most, in_flight_min: rounded(lo, 3), in_flight_max: rounded(hi, 3) },
        says:
          `${most} users that pause are not ${most} concurrent requests: by Little's law ${figure(lo, 1)} to ${figure(hi, 1)} requests were ` +
          'in the server at once. Each user waits for an answer before sending again, so a slow server is asked less often.',
        remedy: 'Report requests in flight beside users; use open arrivals where waiting users would hide an overload.',
      },
    ],
  };
}

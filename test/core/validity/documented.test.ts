import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const RULES = new URL('../../../src/core/validity/', import.meta.url);
const PAGE = new URL('../../../docs/validity.md', import.meta.url);

/** Names as rules write them into findings: literals after `rule:`, in both branches of a choice. */
function rulesInSource(): Set<string> {
  const sources = readdirSync(RULES).map((file) => readFileSync(new URL(file, RULES), 'utf8'));
  const named = sources.flatMap((text) => [
    ...[...text.matchAll(/^\s*rule: (.*),$/gm)].flatMap(([, value]) => [...(value ?? '').matchAll(/'([a-z-]+)'/g)]),
    ...text.matchAll(/^export const \w+_RULE = '([a-z-]+)'/gm),
  ]);
  return new Set(named.flatMap((match) => match[1] ?? []));
}

function rulesInPage(): Set<string> {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return new Set(
    rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)]).flatMap((m) => m[1] ?? []),
  );
}

test('the page lists exactly the rules that there are', () => {
  expect(rulesInSource().size).toBeGreaterThan(15);
  expect([...rulesInPage()].sort()).toEqual([...rulesInSource()].sort());
});

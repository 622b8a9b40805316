import { inject, test } from 'vitest';

test('The database that these suites are for is on this machine', ({ skip }) => {
  const missing = inject('missing') ?? 'nothing';
  if (process.env['BENCHWRIGHT_REQUIRE_ALL'] === '1') throw new Error(missing);
  process.stderr.write(`database suites skipped: ${missing}\n`);
  skip(missing);
});

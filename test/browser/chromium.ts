import { access } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = process.env['BENCHWRIGHT_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** Null where none is installed: the tests then say so and are skipped, or fail where everything is required. */
export async function installedChromium(): Promise<string | null> {
  const found = await access(CHROMIUM).then(
    () => true,
    () => false,
  );
  if (found) return CHROMIUM;
  if (process.env['BENCHWRIGHT_REQUIRE_ALL'] === '1')
    throw new Error(`no Chromium at ${CHROMIUM}; set BENCHWRIGHT_CHROMIUM`);
  process.stderr.write(`browser tests skipped: no Chromium at ${CHROMIUM}; set BENCHWRIGHT_CHROMIUM\n`);
  return null;
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}

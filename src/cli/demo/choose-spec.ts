import { parse } from 'yaml';
import { parseSpec } from '../../core/spec-parse.ts';
import { readCatalogue } from '../../runner/catalogue.ts';
import { packagePath } from '../package-path.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { readSpecFile, type SpecFile } from '../spec-file.ts';
import type { Terminal } from '../terminal.ts';

/** The quick spec; where Python is missing that of the Node targets, and why is said. */
export async function chooseSpec(settings: readonly string[], terminal: Terminal): Promise<SpecFile> {
  const { offers } = readCatalogue([packagePath('targets')]);
  const unavailable = offers.find((offer) => offer.language === 'python' && offer.unavailable !== null);
  if (unavailable === undefined) return readSpecFile(packagePath('experiments', 'quick.yaml'), settings);
  terminal.note(`FastAPI and Django cannot run here: ${unavailable.unavailable}`);
  terminal.note('so this compares the two Node targets, Express and Hono');
  return readSpecFile(packagePath('experiments', 'quick-node.yaml'), settings);
}

/**
 * Holds a given spec against schema and catalogue before anything is started; the service would say the same, seconds later.
 * What is not even YAML is left to the service, which reads more strictly.
 */
export function checkSpec(spec: SpecFile, targetsDirs: readonly string[]): void {
  let document: unknown;
  try {
    document = parse(spec.body);
  } catch {
    return;
  }
  const { offers } = readCatalogue(targetsDirs);
  const parsed = parseSpec(document, { offers });
  if (parsed.ok) return;
  const lines = parsed.problems.map((problem) => `  ${problem.pointer || '(whole spec)'}: ${problem.detail}`);
  throw new CommandError(EXIT.badInput, `The spec has problems\n${lines.join('\n')}`, { errors: parsed.problems });
}

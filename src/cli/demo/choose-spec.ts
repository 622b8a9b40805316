import { readCatalogue } from '../../runner/catalogue.ts';
import { packagePath } from '../package-path.ts';
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

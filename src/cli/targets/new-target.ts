import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { slug } from '../../core/spec-name.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { nodeFiles } from './node-files.ts';
import { pythonFiles } from './python-files.ts';

export interface NewTargetOptions {
  readonly targets: string;
  readonly language: 'node' | 'python';
  readonly json?: boolean;
}

/** Makes the folder of a target that works as it is, and says what comes next. An existing folder is left alone. */
export function newTarget(name: string, options: NewTargetOptions, terminal: Terminal): void {
  if (!slug.safeParse(name).success)
    throw new CommandError(
      EXIT.badInput,
      `a target's name is 1 to 40 lower-case letters, digits and inner hyphens, got ${JSON.stringify(name)}`,
    );
  const folder = resolve(options.targets, name);
  if (existsSync(folder)) throw new CommandError(EXIT.badInput, `${folder} is there already: choose another name`);
  const files = options.language === 'python' ? pythonFiles(name) : nodeFiles(name);
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  } catch (error) {
    throw new CommandError(
      EXIT.badInput,
      `cannot write ${folder}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (options.json) return printJson(terminal, { folder, files: Object.keys(files) });
  const shown = relative(process.cwd(), folder);
  for (const file of Object.keys(files)) terminal.print(join(shown, file));
  terminal.note(`\nnext: benchwright targets verify ${name} --targets ${options.targets}`);
  terminal.note('then make server and contract those of your application: README.md in the folder says how');
}

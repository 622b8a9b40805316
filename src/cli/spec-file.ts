import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { CommandError, EXIT } from './exit-codes.ts';

export interface SpecFile {
  /** The bytes to send, and their media type. */
  readonly body: string;
  readonly mediaType: 'application/yaml' | 'application/json';
}

/**
 * Reads a spec file. Without `--set` its bytes go to the service as they are, so that `spec?form=original` shows what was
 * written; with `--set` the changed document goes as JSON.
 */
export async function readSpecFile(path: string, settings: readonly string[]): Promise<SpecFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new CommandError(EXIT.badInput, `cannot read the spec ${path}: ${why}`);
  });
  if (settings.length === 0)
    return { body: text, mediaType: path.endsWith('.json') ? 'application/json' : 'application/yaml' };
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new CommandError(
      EXIT.badInput,
      `${path}: ${document.errors.map((e) => e.message.split('\n')[0]).join('; ')}`,
    );
  }
  for (const setting of settings) applySetting(document, setting);
  return { body: JSON.stringify(document.toJS()), mediaType: 'application/json' };
}

function applySetting(document: ReturnType<typeof parseDocument>, setting: string): void {
  const at = setting.indexOf('=');
  if (at < 1)
    throw new CommandError(
      EXIT.badInput,
      `--set wants path=value, e.g. --set window_s=30 or --set load.0.users=[10,50]; got ${JSON.stringify(setting)}`,
    );
  const path = setting
    .slice(0, at)
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const value = parseDocument(setting.slice(at + 1));
  if (value.errors.length > 0)
    throw new CommandError(
      EXIT.badInput,
      `--set ${setting}: the value is not valid YAML: ${value.errors[0]?.message.split('\n')[0]}`,
    );
  try {
    document.setIn(path, value.toJS());
  } catch {
    throw new CommandError(
      EXIT.badInput,
      `--set ${setting}: there is nothing at ${path.slice(0, -1).join('.')} to set a value in`,
    );
  }
}

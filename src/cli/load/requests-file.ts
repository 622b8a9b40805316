import { readFile, stat } from 'node:fs/promises';
import { MAX_SPEC_BYTES, parseText } from '../../api/body.ts';
import { AppError } from '../../core/errors.ts';
import type { RequestList } from '../../core/request-list.ts';
import { parseRequestList } from '../../core/request-list-parse.ts';
import type { Reading } from './reading.ts';

const FLAG = '--requests';

/** The list of a YAML or JSON file, of which a spec could be a part. Null: there is none, or it has problems, which have been said. */
export async function readRequestsFile(file: string, reading: Reading): Promise<RequestList | null> {
  const text = await readText(file).catch((error: NodeJS.ErrnoException) => {
    reading.wrong(FLAG, `cannot read ${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
    return null;
  });
  if (text === null) return null;
  const value = decoded(text, file, reading);
  if (value === undefined) return null;
  const parsed = parseRequestList(value);
  if (parsed.ok) return parsed.list;
  for (const { pointer, detail } of parsed.problems) reading.wrong(`${file} ${pointer || '/'}`, detail);
  return null;
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAX_SPEC_BYTES) throw new Error(`it has ${size} bytes; expected at most ${MAX_SPEC_BYTES}`);
  return readFile(file, 'utf8');
}

/** Undefined: it is no document. */
function decoded(text: string, file: string, reading: Reading): unknown {
  try {
    return parseText(text, file.endsWith('.json') ? 'json' : 'yaml');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    reading.wrong(file, error.message);
    return undefined;
  }
}

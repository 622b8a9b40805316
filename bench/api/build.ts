import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the service reads besides its code. */
const PARTS = ['bin', 'migrations', 'package.json', 'docs'];

export interface Build extends AsyncDisposable {
  /** `bin/benchwright.js` of the build. */
  readonly bin: string;
  /** Its `src`, compiled. */
  readonly dist: string;
}

/**
 * The program as the npm package has it, JavaScript and no sources: from the sources of a checkout Node strips the types itself, and
 * keeps the memory that it needs for that.
 */
export async function buildProgram(): Promise<Build> {
  await using made = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-bench-build-'));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  const compiler = join(ROOT, 'node_modules/.bin/tsc');
  const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')];
  const child = spawn(process.execPath, [compiler, ...options], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the build ended with ${code}`);
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const built = made.move();
  return {
    bin: join(folder, 'bin/benchwright.js'),
    dist: join(folder, 'dist'),
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}

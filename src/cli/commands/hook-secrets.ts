import { Command } from 'commander';
import { printFields } from '../fields.ts';
import { wholeNumber } from '../options.ts';
import { ServiceClient } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';
import {
  type HookDocument,
  hookFields,
  type HookOptions,
  hookPath,
  type HookWithSecret,
  readSecretFile,
  withHook,
} from './hook-documents.ts';

const MOST_OVERLAP_S = 604_800;

export function hookRotateCommand(): Command {
  const command = new Command('rotate-secret')
    .description('give a hook another secret, which is printed once; for a day both are taken')
    .option('--secret-file <file>', 'a secret that the code host has made; default: one is made')
    .option('--overlap-s <s>', 'for so long both are taken (default: 86400)', wholeNumber(0, MOST_OVERLAP_S));
  return withHook(command).action(
    async (id: string, options: HookOptions & { secretFile?: string; overlapS?: number }) => {
      const terminal = processTerminal(process.env);
      const { secretFile, overlapS } = options;
      const client = ServiceClient.from(options, process.env);
      const rotated = await client.postJson<HookWithSecret>(hookPath(id, 'rotate-secret'), {
        ...(secretFile === undefined ? {} : { secret: readSecretFile(secretFile) }),
        ...(overlapS === undefined ? {} : { overlap_s: overlapS }),
      });
      if (options.json) return printJson(terminal, rotated);
      if (rotated.secret === null) return terminal.print(`${id} has the secret of ${secretFile}`);
      terminal.print(rotated.secret);
      terminal.note('keep it now, it is not shown again');
    },
  );
}

export function hookSetTokenCommand(): Command {
  const command = new Command('set-token')
    .description('give a hook a token, for commit statuses and comments')
    .requiredOption('--token-file <file>', 'a file with the token');
  return withHook(command).action(async (id: string, options: HookOptions & { tokenFile: string }) => {
    const terminal = processTerminal(process.env);
    const token = readSecretFile(options.tokenFile);
    const answer = await ServiceClient.from(options, process.env).exchange({
      method: 'PUT',
      path: hookPath(id, 'token'),
      body: { text: JSON.stringify({ token }), mediaType: 'application/json' },
    });
    const hook = JSON.parse(answer.text) as HookDocument;
    if (options.json) printJson(terminal, hook);
    else printFields(terminal, hookFields(hook));
  });
}

export function hookClearTokenCommand(): Command {
  const command = new Command('clear-token').description('forget the token: nothing is written to the code host');
  return withHook(command).action(async (id: string, options: HookOptions) => {
    const terminal = processTerminal(process.env);
    await ServiceClient.from(options, process.env).send('DELETE', hookPath(id, 'token'));
    if (options.json) printJson(terminal, { id, has_token: false });
    else terminal.print(`${id} has no token any more`);
  });
}

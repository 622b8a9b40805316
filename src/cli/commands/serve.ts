import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { DEFAULT_PORT } from '../default-port.ts';
import { EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { wholeNumber } from '../options.ts';
import { serviceLog } from '../service-log.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { packageVersion } from '../version.ts';

/** The 10 s in which nothing of a killed demo may be left, less the start of its end. */
const ORPHAN_DEADLINE_MS = 8_000;

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly baseUrl?: string;
  readonly trustProxy?: boolean;
  readonly allowInsecureWebhooks?: boolean;
  readonly heartbeat?: number;
  readonly rateLimit?: number;
  readonly lease?: number;
  readonly json?: boolean;
  readonly stopWithStdin?: boolean;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('the API on this machine, with an embedded Postgres unless DATABASE_URL is set')
    .option('--port <port>', 'port to listen on', wholeNumber(0, 65_535), DEFAULT_PORT)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--data-dir <folder>', 'where database and secrets live', '.benchwright')
    .option('--base-url <url>', 'what links begin with, behind a proxy (default: BENCHWRIGHT_BASE_URL or as asked)')
    .option('--trust-proxy', 'believe X-Forwarded-For of a proxy on a loopback or private address')
    .option('--allow-insecure-webhooks', 'let webhooks go to http addresses and to this machine: for trying them out')
    .option('--rate-limit <n>', 'requests per minute and key; 0: any number (default: 600)', wholeNumber(0, 1_000_000))
    .option('--json', 'print one JSON document when it is up')
    .addOption(new Option('--heartbeat <s>', 'how often runners report').argParser(wholeNumber(1, 30)).hideHelp())
    .addOption(
      new Option('--lease <s>', 'how long a silent runner keeps its job').argParser(wholeNumber(3, 3_600)).hideHelp(),
    )
    .addOption(new Option('--stop-with-stdin', 'end when standard input closes').hideHelp())
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const terminal = processTerminal(process.env);
  using interrupt = interruptSignal();
  const stop = new AbortController();
  interrupt.signal.addEventListener('abort', () => stop.abort());
  if (options.stopWithStdin)
    process.stdin
      .on('end', () => endAsOrphan(stop))
      .on('error', () => endAsOrphan(stop))
      .resume();
  // Loaded when it is needed: database and page are half a second that `--help` and `audit` need not spend.
  const { serveNode } = await import('../../api/node.ts');
  const service = await serveNode({
    port: options.port,
    host: options.host,
    dataDir: resolve(options.dataDir),
    databaseUrl: process.env['DATABASE_URL'],
    secretKey: process.env['BENCHWRIGHT_SECRET_KEY'],
    operatorKey: process.env['BENCHWRIGHT_OPERATOR_KEY'],
    secretKeyPrevious: process.env['BENCHWRIGHT_SECRET_KEY_PREVIOUS'],
    // Set and empty is as good as not set.
    baseUrl: options.baseUrl ?? (process.env['BENCHWRIGHT_BASE_URL'] || undefined),
    trustProxy: options.trustProxy,
    allowInsecureWebhooks: options.allowInsecureWebhooks,
    version: packageVersion(),
    heartbeat_s: options.heartbeat,
    requestsPerMinute: options.rateLimit,
    lease_s: options.lease,
    log: serviceLog(),
    signal: stop.signal,
  });
  interrupt.again.addEventListener('abort', () => service.cut());
  announce(terminal, options.json === true, service.url, service.firstKey);
  if (!stop.signal.aborted) await new Promise((done) => stop.signal.addEventListener('abort', done, { once: true }));
  await service.close();
  if (options.stopWithStdin) process.stdin.destroy();
}

/** Whoever started it is gone: it ends in order or, where that hangs, at its deadline, for nobody else will end it. */
function endAsOrphan(stop: AbortController): void {
  stop.abort();
  setTimeout(() => process.exit(EXIT.unexpected), ORPHAN_DEADLINE_MS).unref();
}

function announce(terminal: Terminal, asJson: boolean, url: string, firstKey: string | null): void {
  if (asJson) {
    terminal.print(JSON.stringify({ url, operator_key: firstKey }));
    return;
  }
  terminal.note(`service: ${url}  (docs: ${url}/docs)`);
  if (firstKey !== null) {
    terminal.note(`operator key, shown only now: ${firstKey}`);
    terminal.note('keep it: export BENCHWRIGHT_KEY=…');
  }
}

import { delimiter, dirname } from 'node:path';

/** What of the operator's environment reaches a network: proxies, their certificates, and where packages come from. */
const NETWORK = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
  'PIP_INDEX_URL',
  'UV_INDEX_URL',
  'UV_DEFAULT_INDEX',
  'NPM_CONFIG_REGISTRY',
];

/** `//user:password@host`, and the same without a scheme, as curl takes it: whoever reads the environment would have it. */
const WITH_PASSWORD = /(?:^|\/\/)[^/?#]*@/;

export function networkEnvironment(): Record<string, string> {
  const entries = NETWORK.flatMap((name) => [name, name.toLowerCase()]).flatMap((name) => {
    const value = process.env[name];
    return value === undefined || WITH_PASSWORD.test(value) ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Where programs are looked for: the given folders, beside this Node, then where the operator's are. */
export function programPath(bin: readonly string[]): string {
  return [...bin, dirname(process.execPath), process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter);
}

/**
 * The environment of what builds code from git: nothing of the operator's but the way to the network. Neither the runner's key, nor
 * credentials of other tools, nor settings that would make two hosts build different things.
 */
export function buildEnvironment(place: {
  readonly home: string;
  readonly bin: readonly string[];
  /** The folder above the checkout: a repository around the data folder is none of its business. */
  readonly ceiling: string;
}): Record<string, string> {
  return {
    ...networkEnvironment(),
    PATH: programPath(place.bin),
    HOME: place.home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    CI: 'true',
    GIT_CEILING_DIRECTORIES: place.ceiling,
    GIT_TERMINAL_PROMPT: '0',
  };
}

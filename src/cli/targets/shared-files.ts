/** What the scaffolds of all languages have. */

/** `install`: the lines of the manifest and the steps of the README about what the language installs. */
export interface Scaffold {
  readonly name: string;
  readonly language: 'node' | 'python';
  readonly runtime: string;
  readonly argv: string;
  readonly env: string;
  readonly lock: string;
}

export function manifestText({ name, language, runtime, argv, env, lock }: Scaffold): string {
  return `# What this folder is, and how it is run.
name: ${name}
display_name: ${name}
language: ${language}
category: production # or tuned, stripped: compared only within
kind: micro # or fullstack, platform
runtime: { ${language}: '${runtime}' }
# What is to be installed, each file with its hash; without it there is nothing to install:
# lock: ${lock}
servers:
  # {port} is free for each trial; {workers} is how many processes are to serve.
  ${language}:
    interfaces: [http]
    argv: ${argv}
env: ${env}
# Polled until an answer comes.
ready: { path: /hello, timeout_s: 60 }
source: { path: . }
# Or commit by commit from a repository, so that deployments can name a commit or branch by \`ref\`:
# source: { git: 'https://example.com/owner/repository', subdir: ., branches: [main] }
# What can be driven: names of the contract.
workloads: [hello]
`;
}

export const CONTRACT = `# What the application answers. It is walked before every trial: what answers differently is not measured.
version: 1
requests:
  - request: GET /hello
    expect: { status: 200, json: { message: Hello } }
  - request: GET /nowhere
    expect: { status: 404 }
workloads:
  hello: { about: One small JSON object, request: GET /hello, status: 200 }
`;

export function readmeText(name: string, application: string, install: string): string {
  return `# ${name}

- \`target.yaml\`: how it is started. \`${application}\`: the application; put yours in its place.
- \`contract.yaml\`: what it must answer, and the requests that can be driven. It is this target's own; targets that are
  compared with each other need the same one: one file beside their folders, and none in them.
- ${install}

An application keeps no state that one request leaves to the next, or resets it: with \`reset: { request: POST /__reset }\` in both
files the request is sent after the contract. It must exist only where the environment says BENCHWRIGHT_RESET=1.

Check it: \`benchwright targets verify ${name} --targets FOLDER\`, where FOLDER is the one above this.
`;
}

import { MAX_SPEC_BYTES } from '../../src/api/body.ts';
import { smallSpec } from '../fixtures/spec.ts';

const YAML_TYPE = 'application/yaml';
const spec = (extra: string) => `${JSON.stringify(smallSpec()).slice(0, -1)}, ${extra}}`;
const yaml = (extra: string) => `${JSON.stringify(smallSpec(), null, 1).slice(0, -1)}\n, ${extra}}\n`;
const bytes = (text: string) => new TextEncoder().encode(text);
const MALFORMED = { status: 400, code: 'malformed-body' };
const filled = (open: string, entry: string) => open + entry.repeat((MAX_SPEC_BYTES - open.length) / entry.length);
const gzipped = () => new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

export interface HostileBody {
  readonly what: string;
  readonly text: string | Uint8Array;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
}

/** What no parser should spend time on, as bodies of a spec. */
export const HOSTILE_BODIES: readonly HostileBody[] = [
  {
    what: 'of depth 10,000 in lists',
    text: spec(`"a": ${'['.repeat(10_000)}${']'.repeat(10_000)}`),
    status: 400,
    code: 'malformed-body',
  },
  {
    what: 'of depth 10,000 in objects',
    text: `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    status: 400,
    code: 'malformed-body',
  },
  { what: 'that only opens, 100,000 times', text: '['.repeat(100_000), status: 400, code: 'malformed-body' },
  { what: 'with a key twice', text: spec('"name": "again"'), status: 400, code: 'malformed-body' },
  {
    what: 'with a NUL character',
    text: spec('"labels": {"a": "\\u0000"}').replace('"labels":{"branch":"main"},', ''),
    status: 400,
    code: 'malformed-body',
  },
  { what: 'with a raw NUL byte', text: spec('"a": "\0"'), status: 400, code: 'malformed-body' },
  { what: 'of 257 KiB', text: JSON.stringify(smallSpec()).padEnd(257 * 1024), status: 413, code: 'body-too-large' },
  {
    what: 'of one byte too many',
    text: JSON.stringify(smallSpec()).padEnd(MAX_SPEC_BYTES + 1),
    status: 413,
    code: 'body-too-large',
  },
  {
    what: 'that is compressed',
    text: gzipped(),
    headers: { 'Content-Encoding': 'gzip' },
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'in an encoding that nobody knows',
    text: bytes('{}'),
    headers: { 'Content-Encoding': 'zstd, br' },
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'in another charset',
    text: bytes('{}'),
    type: 'application/json; charset=utf-16',
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'in UTF-16 that says nothing',
    text: new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
    status: 400,
    code: 'malformed-body',
  },
  {
    what: 'of a form',
    text: bytes('name=x'),
    type: 'multipart/form-data; boundary=x',
    status: 415,
    code: 'unsupported-media-type',
  },
  { what: 'in YAML with an anchor', text: yaml('"a": &x 1'), type: YAML_TYPE, status: 400, code: 'malformed-body' },
  { what: 'in YAML with an alias', text: 'a: &x [1]\nb: *x\n', type: YAML_TYPE, status: 400, code: 'malformed-body' },
  {
    what: 'in YAML whose aliases grow without end',
    text: 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n',
    type: YAML_TYPE,
    status: 400,
    code: 'malformed-body',
  },
  {
    what: 'in YAML with a tag',
    text: 'name: !!js/function "function () {}"\n',
    type: YAML_TYPE,
    status: 400,
    code: 'malformed-body',
  },
  { what: 'in YAML of two documents', text: 'a: 1\n---\nb: 2\n', type: YAML_TYPE, status: 400, code: 'malformed-body' },
  {
    what: 'in YAML with a key twice',
    text: yaml('"name": "again"'),
    type: YAML_TYPE,
    status: 400,
    code: 'malformed-body',
  },
  { what: 'in YAML of depth 10,000', text: '['.repeat(10_000), type: YAML_TYPE, status: 400, code: 'malformed-body' },
  ...[
    ['of commas alone', filled('[', ',')],
    ['of keys without a name', filled('{', '?,')],
    ['of 43,690 documents', filled('', '--- a\n')],
    ['of empty documents', filled('', '---\n')],
    ['of empty entries', filled('', '-\n')],
    ['of directives', filled('', '%\n')],
    ['of empty keys', filled('', ':\n')],
    ['of anchors', filled('', '&a ')],
  ].map(([what, text = '']) => ({ what: `in 256 KiB of YAML ${what}`, text, type: YAML_TYPE, ...MALFORMED })),
];

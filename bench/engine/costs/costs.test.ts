import { describe, expect, test } from 'vitest';
import { perRequest, readCallCounts } from './call-counts.ts';
import { costsOf } from './cost-classes.ts';
import { readSamples } from './perf-script.ts';

const kernel = (symbol: string): string => `\tffffffff82035d77 ${symbol}+0x237 ([kernel.kallsyms])`;
const inNode = (symbol: string): string => `\t          785913 ${symbol}+0x2c3 (/x/node_modules/node/bin/node)`;
const HEAD = 'node-MainThread 29700 67269.187344:     500000 cpu-clock:ppp: ';
const sample = (...frames: string[]): string => [HEAD, ...frames, ''].join('\n');

const WRITING = sample(
  kernel('tcp_v4_rcv'),
  kernel('vfs_write'),
  kernel('ksys_write'),
  inNode('node::StreamBase::Write'),
);
const READING = sample(kernel('tcp_recvmsg'), kernel('vfs_read'), inNode('uv__stream_io'));
const WAITING = sample(kernel('do_epoll_wait'));
const TICK = sample(kernel('irqentry_exit_to_user_mode'), inNode('uv__read'));
const SCRIPT = sample(
  "\t    7fe0ac0efdae JS:*'#go file:///x/driver.ts:231:6+0x46e (/tmp/perf-29700.map)",
  inNode('v8::Call'),
);
const BUILT_IN = sample(inNode('Builtins_KeyedLoadIC'));
const NODE = sample(inNode('non-virtual thunk to node::LibuvStreamWrap::DoTryWrite(uv_buf_t**, unsigned long*)'));
const CLOCK = sample('\t             8e8 __vdso_clock_gettime+0x88 ([vdso])');

describe('what perf saw', () => {
  test('is read with symbols that have spaces and brackets', () => {
    const [first] = readSamples(NODE);
    expect(first?.frames).toEqual([
      {
        symbol: 'non-virtual thunk to node::LibuvStreamWrap::DoTryWrite(uv_buf_t**, unsigned long*)',
        object: '/x/node_modules/node/bin/node',
      },
    ]);
    expect(readSamples(`${HEAD}\n\n\n`)).toEqual([]);
  });

  test('is told by what the core did, the kernel by the call that it was in', () => {
    const text = [WRITING, WRITING, WRITING, READING, WAITING, TICK, SCRIPT, BUILT_IN, NODE, CLOCK].join('\n');
    const costs = costsOf(readSamples(text));
    expect(costs.slice(0, 2)).toEqual([
      { what: 'write(2), with TCP down to the server’s queue', share: 0.3 },
      { what: 'our JavaScript and V8’s built-in functions', share: 0.2 },
    ]);
    expect(costs.map(({ what }) => what).sort()).toEqual(
      [
        'write(2), with TCP down to the server’s queue',
        'our JavaScript and V8’s built-in functions',
        'read(2)',
        'epoll',
        'the rest of the kernel',
        'Node, libuv and the rest of V8',
        'libc and the clock',
      ].sort(),
    );
  });
});

describe('system calls', () => {
  const PRINTED = [
    '400,,syscalls:sys_enter_write,1042426,100.00,,',
    '400,,syscalls:sys_enter_read,1042426,100.00,,',
    '800,,syscalls:sys_enter_epoll_ctl,1042426,100.00,,',
    '0,,syscalls:sys_enter_futex,1042426,100.00,,',
    '<not counted>,,syscalls:sys_enter_mmap,0,0.00,,',
  ].join('\n');

  test('are counted for one write each', () => {
    const counts = readCallCounts(PRINTED);
    expect([...perRequest(counts)]).toEqual([
      ['write', 1],
      ['read', 1],
      ['epoll_ctl', 2],
    ]);
  });

  test('are nothing where no request was seen', () => {
    expect(() => perRequest(readCallCounts(PRINTED.replace('400,,syscalls:sys_enter_write', '0,,x')))).toThrow(
      'no write was counted',
    );
  });
});

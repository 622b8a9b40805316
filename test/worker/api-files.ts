const PURE = 'calls functions; no request is sent';

/**
 * Files of test/api that do not go to the Worker, each with its reason. All others do, unchanged: what they send by `api.send`
 * reaches workerd over HTTP. (In some of them a test makes an app with dependencies of its own; that one stays in its process.)
 */
export const NOT_ON_WORKERS: Readonly<Record<string, string>> = {
  'test/api/node.test.ts': 'is about the Node entry: its port, its folder, its signals',
  'test/api/node/**': 'is about the Node entry: its sockets and its log',
  'test/api/postgres/**': 'starts services on Node',
  'test/api/long-poll.test.ts': 'counts the timers of its own process; lifecycle.test.ts has a long poll of workerd',
  'test/api/derive-thread.test.ts': 'is about a thread of Node; on Workers documents are made in place',
  'test/api/rate-limit.test.ts': 'brings limiters of its own; that of Workers is the platform’s',
  'test/api/secret-rotation.test.ts': 'restarts the Node entry with other keys',
  'test/api/stored-results.test.ts':
    'compares byte for byte what one engine computes (those of Node and workerd differ in the last digit); Workers pack by themselves',
  'test/api/metrics-instance.test.ts':
    'counts all that the instance holds; on Workers the files share one, and run side by side',
  'test/api/memory/**': 'measures the memory and the sockets of its own process',
  'test/api/upgrade.test.ts': 'begins with a database of an older version, of its own',
  'test/api/console-spec-lines.test.ts': PURE,
  'test/api/eta.test.ts': PURE,
  'test/api/judge.test.ts': PURE,
  'test/api/negotiate.test.ts': PURE,
  'test/api/queue-bell.test.ts': PURE,
  'test/api/secret-box.test.ts': PURE,
  'test/api/streamed-body.test.ts': PURE,
  'test/api/webhook-signature.test.ts': PURE,
};

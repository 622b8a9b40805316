/**
 * Files of test/api that do not go to the Worker, each with its reason. All others do, unchanged: what they send by `api.send`
 * reaches workerd over HTTP.
 */
export const NOT_ON_WORKERS: Readonly<Record<string, string>> = {
  'test/api/node.test.ts': 'is about the Node entry: its port, its folder, its signals',
  'test/api/eta.test.ts': 'calls a pure function; no request is sent',
  'test/api/negotiate.test.ts': 'calls a pure function; no request is sent',
};

import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { webhookHeaders, webhookSecretText } from '../../src/api/webhook-signature.ts';

/** The example that the specification's own libraries are tested with (github.com/standard-webhooks/standard-webhooks). */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const bytesOf = (secret: string) => new Uint8Array(Buffer.from(secret.replace('whsec_', ''), 'base64'));

it('A webhook is signed as Standard Webhooks has it: the published example', async () => {
  const { id, timestamp, body, secret, signature } = PUBLISHED;
  expect(await webhookHeaders({ id, timestamp, body }, [bytesOf(secret)])).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  });
  expect(webhookSecretText(bytesOf(secret))).toBe(secret);
});

it('During a rotation both secrets sign, the current one first', async () => {
  const { id, timestamp, body, secret, signature } = PUBLISHED;
  const other = new Uint8Array(32).fill(9);
  const headers = await webhookHeaders({ id, timestamp, body }, [other, bytesOf(secret)]);
  const expected = createHmac('sha256', other).update(`${id}.${timestamp}.${body}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected} ${signature}`);
});

it('What is not ASCII is signed as its UTF-8', async () => {
  const secret = new Uint8Array(32).fill(3);
  const signed = { id: 'dlv_1', timestamp: 1, body: '{"name":"Größe ☃"}' };
  const expected = createHmac('sha256', secret).update(`dlv_1.1.${signed.body}`, 'utf8').digest('base64');
  expect((await webhookHeaders(signed, [secret]))['webhook-signature']).toBe(`v1,${expected}`);
});

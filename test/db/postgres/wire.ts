import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One message of a client to Postgres, as far as it says what is to be run. */
export interface Sent {
  /** The type byte: P Parse, B Bind, Q simple query, E Execute, … (PostgreSQL, "Message Formats"). */
  readonly type: string;
  /** Of the prepared statement, with Parse and Bind; '' is the unnamed one. */
  readonly name: string;
  /** The SQL, with Parse and simple query. */
  readonly text: string;
}

export interface Wire extends AsyncDisposable {
  /** The same database, by way of the wire that is listened to. */
  readonly url: string;
  /** All that was sent so far, on whatever connection, in order. */
  readonly sent: Sent[];
}

/** A proxy in front of a Postgres server that reads what clients send through it and changes nothing. */
export async function listenIn(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const sent: Sent[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const read = reader((message) => sent.push(message));
    client.on('data', read).pipe(upstream).pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => sockets.delete(socket) && other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tapped = new URL(url);
  tapped.port = String((server.address() as AddressInfo).port);
  return {
    url: tapped.href,
    sent,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Length of a message without its type byte; the length counts itself. */
const LENGTH_BYTES = 4;

/** Cuts the stream of one connection into messages. The first has no type byte: it asks for the database. */
function reader(emit: (message: Sent) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let typeBytes = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= typeBytes + LENGTH_BYTES) {
      const end = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < end) return;
      if (typeBytes > 0) emit(messageOf(rest.toString('latin1', 0, 1), rest.subarray(typeBytes + LENGTH_BYTES, end)));
      rest = rest.subarray(end);
      typeBytes = 1;
    }
  };
}

function messageOf(type: string, body: Buffer): Sent {
  const [first = '', second = ''] = body.toString('utf8').split('\0', 2);
  if (type === 'Q') return { type, name: '', text: first };
  if (type === 'P') return { type, name: first, text: second };
  // Bind names the portal first.
  return { type, name: type === 'B' ? second : '', text: '' };
}

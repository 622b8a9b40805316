import { type Random, seededRandom, shuffled } from '../../../src/core/random.ts';
import { makeAnswer } from './make-answer.ts';
import { between, bytesOf, pick } from './make-body.ts';
import { makeCuts } from './make-case.ts';
import type { ParserCase } from './parser-case.ts';
import { spoil } from './spoil.ts';

/**
 * Answers of one server, each to a GET of its own and alone on the wire: mostly one head with another date and another body of the same
 * length, which is what the engine's template of the last answer is for; between them others, spoilt ones too.
 */
export function makeSeries(seed: number, index: number): ParserCase[] {
  const random = seededRandom(seed * 2 ** 32 + index, 'series');
  const server = makeServer(random);
  return Array.from({ length: between(random, 3, 10) }, () => {
    const bytes = `${makeText(random, server)}${random() < 0.03 ? pick(random, ['\r\n', 'x', server(random)]) : ''}`;
    return {
      methods: ['GET'],
      bytes,
      cuts: random() < 0.8 ? [] : makeCuts(random, bytes),
      ends: random() < 0.3,
    };
  });
}

type Server = (random: Random) => string;

function makeText(random: Random, server: Server): string {
  const kind = random();
  if (kind < 0.75) return server(random);
  return kind < 0.85 ? makeAnswer(random, 'GET').text : spoil(server(random), random);
}

function makeServer(random: Random): Server {
  const length = between(random, 0, random() < 0.9 ? 100 : 4_000);
  const status = pick(random, ['200 OK', '200 OK', '201 Created', '404 Not Found', '503 ']);
  const dateName = pick(random, ['Date', 'Date', 'date', 'DATE']);
  const dateForm = pick(random, [httpDate, httpDate, httpDate, httpDate, isoDate]);
  const others = ['Server: a', 'Content-Type: application/json', 'Connection: keep-alive', 'X-Request: 1234567'];
  const fields = shuffled(
    [...others.slice(0, between(random, 0, 4)), `${dateName}: `, `Content-Length: ${length}`],
    random,
  );
  return (each) => {
    const lines = fields.map((field) => (field.endsWith(': ') ? `${field}${dateForm(each)}` : field));
    return `HTTP/1.1 ${status}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n${bytesOf(each, length)}`;
  };
}

const two = (random: Random, most: number): string => String(between(random, 0, most)).padStart(2, '0');

function time(random: Random): string {
  return `${two(random, 23)}:${two(random, 59)}:${two(random, 59)}`;
}

function httpDate(random: Random): string {
  const day = pick(random, ['Mon', 'Tue', 'Sun']);
  return `${day}, ${two(random, 28)} ${pick(random, ['Jan', 'Nov', 'Dec'])} ${between(random, 1990, 2030)} ${time(random)} GMT`;
}

function isoDate(random: Random): string {
  return `${between(random, 1990, 2030)}-11-${two(random, 28)}T${time(random)}Z`;
}

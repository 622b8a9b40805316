import {
  type CST,
  type Document,
  Composer,
  isAlias,
  isMap,
  isScalar,
  type Node,
  Lexer,
  LineCounter,
  Parser,
  visit,
} from 'yaml';
import { AppError } from '../core/errors.ts';
import { shownKey } from '../core/spec-problems.ts';

/** Parser tokens per level of nesting, at most: the collection and the item that is being read. */
const TOKENS_PER_LEVEL = 2;
/**
 * Words, marks, spaces and ends of lines. A spec has one for each two or three bytes, so that this is several times the largest
 * matrix written by hand; each costs some microseconds here, and more where it is wrong.
 */
export const MAX_LEXEMES = 40_000;

function refuse(detail: string): never {
  throw new AppError('malformed-body', detail);
}

/**
 * The tokens of one document, as they are read. The depth is bounded here, because composing recurses; what comes after the
 * first error or the first document is not read.
 */
function* tokensOf(text: string, maxDepth: number, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  let documents = 0;
  const taken = (token: CST.Token): CST.Token => {
    if (token.type === 'error') refuse(`not readable as YAML: ${token.message} (${placeIn(lines, token.offset)})`);
    if (token.type === 'document' && (documents += 1) > 1) refuse('expected one YAML document, got another');
    return token;
  };
  let lexemes = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_LEXEMES) refuse(`more than ${MAX_LEXEMES} words and marks of YAML: send it as JSON`);
    for (const token of parser.next(lexeme)) yield taken(token);
    if (parser.stack.length > TOKENS_PER_LEVEL * maxDepth + 1) refuse(`nested deeper than ${maxDepth} levels`);
  }
  for (const token of parser.end()) yield taken(token);
}

function placeIn(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

function checkNode(node: Node, where: (offset: number) => string): void {
  const at = where(node.range?.[0] ?? 0);
  if (isAlias(node)) refuse(`YAML aliases are not taken (${at})`);
  if (node.anchor) refuse(`YAML anchors are not taken (${at})`);
  if (node.tag !== undefined) refuse(`YAML tags are not taken (${at})`);
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const { key } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (seen.has(name)) refuse(`duplicate key ${shownKey(name)} (${at})`);
    seen.add(name);
  }
}

/** One YAML 1.2 document of the core schema: no aliases, anchors or tags, no duplicate keys, scalar keys only. */
export function parseYaml(text: string, maxDepth: number): unknown {
  const lines = new LineCounter();
  const composer = new Composer({
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    // The library's own check compares each key with each before it: `checkNode` looks them up.
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
  });
  const documents: Document.Parsed[] = [...composer.compose(tokensOf(text, maxDepth, lines))];
  const document = documents[0];
  if (document === undefined) refuse('expected one YAML document, got none');
  const where = (offset: number) => placeIn(lines, offset);
  const error = document.errors[0];
  if (error) refuse(`not readable as YAML: ${error.message} (${where(error.pos[0])})`);
  visit(document, { Node: (_, node) => checkNode(node, where) });
  return document.toJS({ maxAliasCount: 0 }) as unknown;
}

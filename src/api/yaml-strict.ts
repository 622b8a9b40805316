import { type Document, Composer, isAlias, isMap, isScalar, type Node, Lexer, LineCounter, Parser, visit } from 'yaml';
import { AppError } from '../core/errors.ts';

/** Parser tokens per level of nesting, at most: the collection and the item that is being read. */
const TOKENS_PER_LEVEL = 2;

function refuse(detail: string): never {
  throw new AppError('malformed-body', detail);
}

/** Reads tokens; the depth is bounded here, because composing recurses. */
function tokensOf(text: string, maxDepth: number, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > TOKENS_PER_LEVEL * maxDepth + 1) refuse(`nested deeper than ${maxDepth} levels`);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
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
    if (seen.has(name)) refuse(`duplicate key \`${name}\` (${at})`);
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
  if (document === undefined || documents.length > 1) refuse(`expected one YAML document, got ${documents.length}`);
  const where = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const error = document.errors[0];
  if (error) refuse(`not readable as YAML: ${error.message} (${where(error.pos[0])})`);
  visit(document, { Node: (_, node) => checkNode(node, where) });
  return document.toJS({ maxAliasCount: 0 }) as unknown;
}

import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { InputProblem } from '../../core/errors.ts';
import type { PlacedProblem } from './problem-list.ts';

/** A text of more is placed in by nobody's eyes; reading it a second time would cost what the first did. */
const MAX_PLACED_CHARACTERS = 64 * 1024;

/** Problems of a spec with the lines of its text that they are about, where those can be told; JSON is YAML, too. */
export function placedProblems(text: string, problems: readonly InputProblem[]): PlacedProblem[] {
  if (text.length > MAX_PLACED_CHARACTERS) return problems.map((problem) => ({ ...problem, line: null }));
  const lines = new LineCounter();
  const { contents } = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return problems.map((problem) => {
    const offset = offsetOf(contents, stepsOf(problem.pointer));
    return { ...problem, line: offset === null ? null : lines.linePos(offset).line };
  });
}

/** RFC 6901. */
function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Where a value is, by the name that leads to it; of one that is missing, what it is missing in. */
function offsetOf(root: Node | null, steps: readonly string[]): number | null {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? null;
  for (const step of steps) {
    const next = inside(node, step);
    if (next === null) return offset;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset;
}

function inside(node: unknown, step: string): { node: unknown; offset: number | undefined } | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    if (!isPair(pair)) return null;
    return { node: pair.value, offset: isScalar(pair.key) ? pair.key.range?.[0] : undefined };
  }
  if (!isSeq(node) || !/^\d+$/.test(step)) return null;
  const item = node.items[Number(step)];
  return item === undefined ? null : { node: item, offset: (item as Node).range?.[0] };
}

import { describe, expect, it } from 'vitest';
import { placedProblems } from '../../src/api/console/spec-lines.ts';

const lineOf = (text: string, pointer: string) => placedProblems(text, [{ pointer, detail: 'x' }])[0]?.line;

describe('the line of a problem', () => {
  const YAML = 'name: a\n\ndeployments:\n  - id: b\n    target: c\n"a/b": 1\n';

  it.each([
    ['/name', 1],
    ['/deployments', 3],
    ['/deployments/0', 4],
    ['/deployments/0/target', 5],
    ['/a~1b', 6],
    ['', 1],
  ])('of %s is where its name stands', (pointer, line) => {
    expect(lineOf(YAML, pointer)).toBe(line);
  });

  it('of what is missing is that of what it is missing in', () => {
    expect(lineOf(YAML, '/deployments/0/server')).toBe(4);
    expect(lineOf(YAML, '/deployments/7')).toBe(3);
    expect(lineOf(YAML, '/load')).toBe(1);
  });

  it('is told of JSON, too, and of nothing that is not read twice', () => {
    expect(lineOf('{\n  "name": 7,\n  "workers": [\n    0\n  ]\n}', '/workers/0')).toBe(4);
    expect(lineOf(`name: ${'a'.repeat(64 * 1024)}`, '/name')).toBeNull();
    expect(lineOf('', '/name')).toBeNull();
  });
});

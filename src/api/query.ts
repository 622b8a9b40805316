import { AppError, type InputProblem } from '../core/errors.ts';
import { pointerOf } from '../core/spec-problems.ts';
import { problemLine } from './problem.ts';

/** The parameters of a query, each with its one value. One that is given twice is refused: which was meant is not guessed. */
export function singleValues(given: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const problems: InputProblem[] = Object.entries(given)
    .filter(([, values]) => values.length > 1)
    .map(([name, values]) => ({
      pointer: pointerOf(['query', name.replaceAll('\0', '')]),
      detail: `expected the parameter once, got it ${values.length} times`,
    }));
  if (problems.length > 0) throw new AppError('invalid-request', problemLine(problems), { problems });
  return Object.fromEntries(Object.entries(given).map(([name, [value = '']]) => [name, value]));
}

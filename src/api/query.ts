import { AppError, type InputProblem } from '../core/errors.ts';
import { pointerOf } from '../core/spec-problems.ts';
import { problemLine } from './problem.ts';

/** No schema sees it: an object that is made of a query may take it for its prototype. */
const NO_NAME = '__proto__';

/** The parameters of a query, each with its one value. One that is given twice is refused: which was meant is not guessed. */
export function singleValues(given: URLSearchParams): Record<string, string> {
  const problems: InputProblem[] = [...new Set(given.keys())].flatMap((name) => {
    const pointer = pointerOf(['query', name.replaceAll('\0', '')]);
    const times = given.getAll(name).length;
    if (name === NO_NAME) return [{ pointer, detail: `unknown key \`${name}\`` }];
    return times > 1 ? [{ pointer, detail: `expected the parameter once, got it ${times} times` }] : [];
  });
  if (problems.length > 0) throw new AppError('invalid-request', problemLine(problems), { problems });
  return Object.fromEntries(given);
}

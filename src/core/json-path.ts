/** `$` followed by `.name`, `[index]` and, on an array, `.length`; undefined where there is nothing. */
export function valueAt(value: unknown, path: string): unknown {
  return [...path.matchAll(/\.(\w+)|\[(\d+)\]/g)].reduce<unknown>((at, [, name, index]) => {
    if (Array.isArray(at)) return name === 'length' ? at.length : at[Number(index)];
    return isObject(at) && name !== undefined && Object.hasOwn(at, name) ? at[name] : undefined;
  }, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const VOID = new Set(['meta', 'link', 'br', 'img', 'input', 'hr']);

/** Elements that are closed out of order or never: a page without any is at least well nested. */
export function unbalanced(html: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const bare = html.replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, '');
  for (const [tag, slash, name = '', rest = ''] of bare.matchAll(
    /<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>"]|"[^"]*")*)>/g,
  )) {
    const lower = name.toLowerCase();
    if (VOID.has(lower) || rest.endsWith('/')) continue;
    if (slash === '') open.push(lower);
    else if (open.pop() !== lower) faults.push(tag);
  }
  return [...faults, ...open];
}

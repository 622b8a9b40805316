/** What `JSON.parse` does not tell: how deep a text is nested, and which key an object has twice. */
export type JsonFault =
  | { readonly kind: 'too-deep' }
  | { readonly kind: 'duplicate-key'; readonly key: string; readonly offset: number };

/** The index after a string that begins at `start`; the text's length when it never ends. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === 0x22) return i + 1;
    i += c === 0x5c ? 2 : 1;
  }
  return text.length;
}

function decodedKey(raw: string): string {
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw;
  }
}

/** Scans a text once, without recursion. It judges only depth and keys: whether the text is JSON is `JSON.parse`'s to say. */
export function scanJson(text: string, maxDepth: number): JsonFault | null {
  /** Keys of each open object, undefined before the first (8 MiB have two million objects without any); null: an array. */
  const open: (Set<string> | undefined | null)[] = [];
  let keyNext = false;
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    if (c === '"') {
      const end = endOfString(text, i);
      if (keyNext) {
        const keys = (open[open.length - 1] ??= new Set());
        const key = decodedKey(text.slice(i, end));
        if (keys.has(key)) return { kind: 'duplicate-key', key, offset: i };
        keys.add(key);
        keyNext = false;
      }
      i = end;
      continue;
    }
    if (c === '{' || c === '[') {
      if (open.length >= maxDepth) return { kind: 'too-deep' };
      open.push(c === '{' ? undefined : null);
      keyNext = c === '{';
    } else if (c === '}' || c === ']') {
      open.pop();
      keyNext = false;
    } else if (c === ',') {
      keyNext = open.length > 0 && open.at(-1) !== null;
    }
    i += 1;
  }
  return null;
}

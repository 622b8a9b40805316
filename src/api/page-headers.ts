import { sha256Base64 } from './digest.ts';

async function hashesOf(html: string, element: 'style' | 'script'): Promise<string> {
  const bodies = [...html.matchAll(new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`, 'g'))];
  const unique = [...new Set(bodies.map((match) => match[1] ?? ''))];
  const hashes = await Promise.all(unique.map(sha256Base64));
  return hashes.length === 0 ? "'none'" : hashes.map((hash) => `'sha256-${hash}'`).join(' ');
}

/**
 * The headers of a self-contained page: nothing runs and nothing is fetched but what the page itself holds, and its own
 * status. Charts carry style attributes; text from specs and servers is escaped and cannot make one.
 */
export async function pageHeaders(html: string): Promise<Record<string, string>> {
  const [styles, scripts] = await Promise.all([hashesOf(html, 'style'), hashesOf(html, 'script')]);
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      `style-src-elem ${styles}`,
      "style-src-attr 'unsafe-inline'",
      `script-src ${scripts}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
  };
}

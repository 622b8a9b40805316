import { sha256Base64 } from './digest.ts';

async function hashesOf(html: string, element: 'style' | 'script'): Promise<string> {
  const bodies = [...html.matchAll(new RegExp(`<${element}(?:\\s[^>]*)?>([\\s\\S]*?)</${element}>`, 'g'))];
  const unique = [...new Set(bodies.map((match) => match[1] ?? ''))];
  const hashes = unique.map(sha256Base64);
  return hashes.length === 0 ? "'none'" : hashes.map((hash) => `'sha256-${hash}'`).join(' ');
}

/**
 * The headers of a self-contained page: it fetches nothing but its own status, and runs no script but the one that is
 * handed in, so that one that got into the page otherwise is not run. Style is allowed as the page has it; charts carry
 * style attributes. `formAction`: where its forms, if it has any, may be sent.
 */
export async function pageHeaders(
  html: string,
  ownScript = '',
  formAction: "'none'" | "'self'" = "'none'",
): Promise<Record<string, string>> {
  const [styles, scripts] = await Promise.all([hashesOf(html, 'style'), hashesOf(ownScript, 'script')]);
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
      `form-action ${formAction}`,
      "frame-ancestors 'none'",
    ].join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
  };
}

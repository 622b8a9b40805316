import { StartError } from './start-error.ts';

/**
 * The address that links begin with, without a slash at its end. Only an origin: every other path in answers begins at `/`.
 * Throws StartError, one line with the remedy.
 */
export function parseBaseUrl(text: string): string {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url !== null && isWeb && url.href === `${url.origin}/`) return url.origin;
  const message = `the base URL ${JSON.stringify(text)} is none: expected https://HOST or http://HOST, with a port perhaps and no path`;
  throw new StartError('base-url-invalid', message);
}

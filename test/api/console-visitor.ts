import type { Api } from './service.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** What a browser adds to a form that a page of the same origin sends. */
export const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin' };

/** A form as a browser sends it. */
export function sendForm(api: Api, path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return api.send('POST', path, {
    text: new URLSearchParams(fields).toString(),
    type: 'application/x-www-form-urlencoded',
    headers: { Accept: BROWSER, ...OWN_PAGE, ...headers },
  });
}

export function browse(api: Api, path: string, headers: Record<string, string> = {}) {
  return api.send('GET', path, { headers: { Accept: BROWSER, ...headers } });
}

/** `name=value` of what an answer has the browser keep. */
export function cookieOf(answer: Response): string {
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

export function tokenIn(page: string): string {
  return /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

/** Somebody who has signed in with a key. */
export async function visitor(api: Api, key: string) {
  const answer = await sendForm(api, '/console/sign-in', { key, next: '/' });
  if (answer.status !== 303) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`);
  const Cookie = cookieOf(answer);
  const get = (path: string, headers: Record<string, string> = {}) => browse(api, path, { Cookie, ...headers });
  const form_token = tokenIn(await (await get('/')).text());
  return {
    cookie: Cookie,
    form_token,
    get,
    text: async (path: string, status = 200) => {
      const page = await get(path);
      const text = await page.text();
      if (page.status !== status) throw new Error(`${path}: ${page.status} ${text}`);
      return text;
    },
    post: (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      sendForm(api, path, { form_token, ...fields }, { Cookie, ...headers }),
  };
}

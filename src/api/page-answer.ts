import type { Context } from 'hono';

/**
 * One page of a list as JSON: `rows` with `next`, the path of the page after it, which `Link: rel="next"` names too; null and no `Link` on
 * the last one. It asks what this request asked, from `cursor` on (null: there is no more).
 */
export function pageAnswer(c: Context, path: string, rows: object, cursor: string | number | null): Response {
  if (cursor === null) return c.json({ ...rows, next: null });
  const parameters = new URLSearchParams(c.req.query());
  parameters.set('cursor', String(cursor));
  const next = `${path}?${parameters.toString()}`;
  return c.json({ ...rows, next }, 200, { Link: `<${next}>; rel="next"` });
}

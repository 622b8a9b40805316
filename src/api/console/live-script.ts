import { type Markup, trusted, markup } from '../../report/markup.ts';

/** Time between two looks at a page on which something runs (s): a trial takes longer, and a page is some ten kB. */
const LOOK_EVERY_S = 5;

/**
 * Fetches the page again while it says that something runs, and puts the new content in; not while somebody is at work in it, or looks
 * elsewhere. Everything works without it.
 */
const SCRIPT = `
(() => {
  const isAtWork = () => document.hidden || document.activeElement?.closest('main') != null;
  const look = async () => {
    if (isAtWork()) return true;
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (answer.status === 401) { location.reload(); return false; }
    if (!answer.ok || isAtWork()) return true;
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const open = new Map([...document.querySelectorAll('main details[id]')].map((d) => [d.id, d.open]));
    const scrolled = new Map([...document.querySelectorAll('main .scroll[id]')].map((e) => [e.id, [e.scrollLeft, e.scrollTop]]));
    document.querySelector('main').replaceWith(document.adoptNode(next.querySelector('main')));
    for (const [id, value] of open) { const d = document.getElementById(id); if (d) d.open = value; }
    for (const [id, [x, y]] of scrolled) { const e = document.getElementById(id); if (e) { e.scrollLeft = x; e.scrollTop = y; } }
    document.title = next.title;
    return document.querySelector('main').dataset.live !== undefined;
  };
  const loop = () => look().catch(() => true).then((goesOn) => { if (goesOn) setTimeout(loop, ${LOOK_EVERY_S * 1000}); });
  setTimeout(loop, ${LOOK_EVERY_S * 1000});
})();
`;

export function liveScript(): Markup {
  return markup`<script>${trusted(SCRIPT)}</script>`;
}

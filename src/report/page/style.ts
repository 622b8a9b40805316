import { SERIES_COLOURS } from '../figure/palette.ts';

const series = (mode: 'light' | 'dark'): string =>
  SERIES_COLOURS.map((colour, i) => `--series-${i}:${colour[mode]}`).join(';');

const COLOURS = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--ink:#1a1e24;--muted:#5a6472;--line:#e1e5ea;--rule:#c3c9d1;--accent:#0b5cad;--good:#187a4c;--warn:#8f5a00;--warn-ground:#fdf1d8;--bad:#a12a1e;--bad-ground:#fbe6e3;${series('light')}}
@media (prefers-color-scheme:dark){:root{--ground:#11151a;--panel:#191e25;--ink:#e4e8ed;--muted:#98a3b1;--line:#2a313a;--rule:#414a56;--accent:#6fb3f2;--good:#4cc38a;--warn:#f0b64a;--warn-ground:#3a2c0f;--bad:#f28b7e;--bad-ground:#3d1b17;${series('dark')}}}
`;

const TEXT = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
.wrap{max-width:1200px;margin:0 auto;padding:2.2rem 1.25rem 4rem}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.015em;margin:.1rem 0 .5rem;text-wrap:balance}
h2{font-size:1.35rem;line-height:1.3;letter-spacing:-.01em;margin:3.2rem 0 .4rem;padding-top:.9rem;border-top:2px solid var(--ink)}
h3{font-size:1.02rem;margin:2rem 0 .3rem}
h2 small{font-weight:400;color:var(--muted);font-size:.9rem}
p{margin:.5rem 0}
a{color:var(--accent);text-underline-offset:.15em;text-decoration-thickness:.06em}
code{font:.86em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{overflow:auto;max-height:30rem;background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;font-size:.85rem}
abbr{text-decoration:none;cursor:help}
.muted,small{color:var(--muted)}
.nowrap{white-space:nowrap}
.lead{color:var(--muted);max-width:52rem}
.eyebrow{font-size:.78rem;letter-spacing:.09em;text-transform:uppercase;color:var(--muted);margin:0}
.meta{display:flex;flex-wrap:wrap;gap:.3rem .9rem;align-items:center;color:var(--muted);font-size:.92rem}
#answer h2{border:0;margin:1.6rem 0 0;padding:0;font-size:.78rem;letter-spacing:.09em;text-transform:uppercase;color:var(--muted)}
.answer{font-size:1.28rem;line-height:1.45;margin:.2rem 0 .6rem;max-width:52rem;text-wrap:pretty}
.answers{margin:.4rem 0;padding-left:1.15rem;max-width:52rem}
.answers li{margin:.25rem 0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:.9rem 1.6rem;margin:1.6rem 0 1.1rem;padding:1.1rem 1.25rem;background:var(--panel);border-radius:8px}
.facts dt{font-size:.8rem;color:var(--muted)}
.facts dd{margin:0;font-variant-numeric:tabular-nums}
.belief p{margin:.2rem 0 .4rem}
.belief .nowrap{margin-right:.7rem}
.bar{display:flex;height:8px;border-radius:4px;overflow:hidden;gap:2px}
.bar .valid,.dot.valid{background:var(--good)}
.bar .suspect,.dot.suspect{background:var(--warn)}
.bar .invalid,.dot.invalid{background:var(--bad)}
.dot{display:inline-block;width:.62em;height:.62em;border-radius:50%;margin-right:.35em}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:1.4rem 0 0;font-size:.92rem}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.88rem}
`;

const MARKS = `
.pill{display:inline-block;font-size:.72rem;line-height:1.5;font-weight:600;padding:0 .5em;border-radius:1em;background:var(--panel);color:var(--muted);text-decoration:none;white-space:nowrap}
.pill.valid,.pill.succeeded,.pill.passed{background:color-mix(in srgb,var(--good) 14%,transparent);color:var(--good)}
.pill.suspect,.pill.running,.pill.inconclusive{background:var(--warn-ground);color:var(--warn)}
.pill.invalid,.pill.failed{background:var(--bad-ground);color:var(--bad)}
.pill.paper{border:1px solid var(--rule);background:none;font-weight:400}
.pill.note{border:1px solid var(--line)}
.delta{color:var(--bad);font-weight:600}
.marks{display:flex;flex-wrap:wrap;gap:.15rem .4rem;align-items:center;font-size:.92em;color:var(--muted)}
.marks{min-width:6.5rem}
.verdict.faster{color:var(--good)}
.verdict.slower{color:var(--bad)}
.verdict.equivalent{color:var(--ink)}
`;

const TABLES = `
figure{margin:1.7rem 0}
figure.table>figcaption,.figure-title{margin:0 0 .45rem}
.scroll{overflow-x:auto;overscroll-behavior-x:contain;border-top:1.5px solid var(--ink);border-bottom:1.5px solid var(--ink)}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.scroll.long{max-height:34rem;overflow-y:auto}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.865rem;line-height:1.32;font-variant-numeric:tabular-nums lining-nums}
th,td{padding:.36rem .5rem;text-align:left;vertical-align:top;font-weight:400;background:var(--ground)}
thead th{vertical-align:bottom;border-bottom:1px solid var(--rule);color:var(--ink);font-weight:600;white-space:nowrap;position:sticky;top:0;z-index:2}
tbody th{position:sticky;left:0;z-index:1;white-space:nowrap}
#table-1 tbody th,#table-2 tbody th,#table-c tbody th{white-space:normal;min-width:7rem;max-width:15rem}
thead th:first-child{left:0;z-index:3}
tbody tr+tr>*{border-top:1px solid var(--line)}
tbody tr.opens>*{border-top-color:var(--rule)}
td small,th small{display:block;font-size:.9em;font-weight:400;white-space:nowrap}
.num{text-align:right;white-space:nowrap}
tr.invalid th,tr.invalid td,tr.invalid data{color:var(--muted)}
tr.invalid>*{background:var(--panel)}
td code{word-break:break-word}
[id^=table-requests] tbody th{white-space:normal;overflow-wrap:anywhere;min-width:12rem;max-width:24rem}
[id^=table-requests] td:nth-child(2){white-space:nowrap}
.source{color:inherit;text-decoration-color:var(--rule)}
.source:hover{color:var(--accent)}
.notes{list-style:none;margin:.45rem 0 0;padding:0;font-size:.82rem;color:var(--muted);max-width:60rem}
.paper-view .scroll{border-top-style:dashed;border-bottom-style:dashed}
.gap{color:var(--muted)}
#table-a1 tbody th,#table-c tbody th,#table-1 tbody th,#table-2 tbody th{color:var(--muted)}
#table-a1 tbody th,#table-failed tbody th{min-width:2.6rem;text-align:right;color:var(--muted)}
#table-a1 td{white-space:nowrap}
#table-1 td,#table-2 td,#table-c td{min-width:13rem}
#table-2-software td:nth-child(3){min-width:18rem}
#table-2-software td:nth-child(4){min-width:16rem}
#table-beside-paper td:last-child{min-width:11rem}
.ratio{color:var(--ink)}
#table-failed td:last-child{min-width:20rem}
#table-gate td:nth-child(3){min-width:14rem}
#table-gate td small{white-space:normal}
`;

const FIGURES = `
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:0 2.5rem}
.charts>.wide{grid-column:1/-1}
.chart .panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.8rem 2.2rem}
.charts .chart .panels{grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
.panel{min-width:0;max-width:36rem}
.panel svg{display:block;width:100%;height:auto;font-family:inherit;font-variant-numeric:tabular-nums}
.panel-title{margin:.2rem 0 .3rem;font-size:.85rem;color:var(--muted)}
.chart figcaption{margin-top:.35rem;font-size:.9rem;max-width:60rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:0 0 .3rem;padding:0;font-size:.88rem}
.legend li{display:flex;align-items:center;gap:.35rem}
`;

const LISTS = `
details.finding{border-top:1px solid var(--line);padding:.55rem 0}
details.finding:last-of-type{border-bottom:1px solid var(--line)}
summary{cursor:pointer}
.finding ul{margin:.4rem 0 .2rem;padding-left:1.2rem;font-size:.92rem}
.remedy{margin:.2rem 0 .1rem;font-size:.92rem}
.remedy::before{content:"What helps: ";color:var(--muted)}
.live{position:sticky;top:0;z-index:9;background:var(--ground);border-bottom:1px solid var(--line);padding:.55rem 1.25rem;font-size:.92rem;font-variant-numeric:tabular-nums}
.live progress{width:100%;height:8px;accent-color:var(--accent);display:block;margin-bottom:.3rem}
.live p{margin:0;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem}
`;

const NARROW_AND_PAPER = `
@media (max-width:640px){
.wrap{padding:1.3rem 1rem 3rem}
h1{font-size:1.55rem}
.answer{font-size:1.12rem}
.facts{grid-template-columns:1fr 1fr;padding:.9rem 1rem;gap:.7rem 1rem}
th,td{padding:.34rem .5rem}
tbody th,#table-1 tbody th,#table-2 tbody th,#table-c tbody th{white-space:normal;min-width:5.6rem;max-width:7.2rem}
[id^=table-requests] tbody th{min-width:7.6rem;max-width:7.6rem}
.scroll.long{max-height:75vh}
}
@page{size:landscape;margin:12mm}
@media print{
:root{--ground:#fff;--panel:#f6f7f9;--ink:#000;--muted:#444;--line:#ddd;--rule:#aaa;--accent:#000}
html{font-size:9pt}
body{font-size:1rem}
.wrap{max-width:none;padding:0}
.scroll,.scroll.long{overflow:visible;max-height:none}
table{font-size:.8rem}
th,td{padding:.15rem .3rem;position:static!important}
.chart,.panel,tr{break-inside:avoid}
.chart .panels,.charts{grid-template-columns:1fr 1fr!important}
.charts .chart .panels{grid-template-columns:1fr!important}
h2,h3,figcaption{break-after:avoid}
nav,.live{display:none}
details::details-content{content-visibility:visible;display:block;height:auto}
}
`;

/** The page's style sheet: dark and light, print, and 390 px. */
export const STYLE = [COLOURS, TEXT, MARKS, TABLES, FIGURES, LISTS, NARROW_AND_PAPER]
  .join('')
  .replaceAll(/\n+/g, '\n')
  .trim();

import { STYLE } from '../../report/page/style.ts';

const CONSOLE = `
.top{border-bottom:1px solid var(--line);background:var(--panel)}
.top>div{max-width:1200px;margin:0 auto;padding:.6rem 1.25rem;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;align-items:center}
.brand{font-weight:700;color:var(--ink);text-decoration:none;letter-spacing:-.01em}
.top nav{flex:1 1 auto}
.top nav ul{margin:0}
.top nav a{color:var(--ink);text-decoration:none;padding:.2rem 0;display:inline-block}
.top nav a:hover{text-decoration:underline}
.top nav a[aria-current]{border-bottom:2px solid var(--accent)}
.wrap{padding-top:1.6rem}
h2{font-size:1.15rem;margin-top:2.4rem;border-top-width:1px}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
button,input,select,textarea{font:inherit;color:var(--ink)}
button,.button{min-height:2.3rem;padding:.2rem .9rem;border:1px solid var(--rule);border-radius:6px;background:var(--ground);cursor:pointer;display:inline-block;text-decoration:none;color:var(--ink);line-height:1.8}
button:hover,.button:hover{border-color:var(--ink)}
button.main{background:var(--accent);border-color:var(--accent);color:var(--ground);font-weight:600}
button.risky{color:var(--bad);border-color:var(--bad)}
td button{min-height:1.9rem;padding:0 .6rem;font-size:.85rem}
input,select,textarea{border:1px solid var(--rule);border-radius:6px;background:var(--ground);padding:.35rem .55rem;min-height:2.3rem;max-width:100%}
textarea{width:100%;min-height:24rem;font:.86rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;tab-size:2;resize:vertical}
label{display:block;font-size:.85rem;color:var(--muted);margin-bottom:.15rem}
.fields{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:1rem 0}
.fields>div{min-width:0}
.fields select,.fields input{max-width:min(22rem,100%)}
.actions{display:flex;flex-wrap:wrap;gap:.6rem .8rem;align-items:start;margin:1.1rem 0}
.actions form,td form{margin:0}
.actions details>form{margin-top:.6rem}
.actions summary{min-height:2.3rem;padding:.2rem .9rem;border:1px solid var(--rule);border-radius:6px;line-height:1.8;list-style:none}
.actions summary::-webkit-details-marker{display:none}
.say{border-left:3px solid var(--rule);background:var(--panel);padding:.6rem .9rem;margin:1rem 0;border-radius:0 6px 6px 0;max-width:60rem}
.say.bad{border-color:var(--bad);background:var(--bad-ground)}
.say.warn{border-color:var(--warn);background:var(--warn-ground)}
.say ul{margin:.3rem 0;padding-left:1.2rem}
.say code,.facts code,.url{overflow-wrap:anywhere}
.sign-in{max-width:26rem;margin:8vh auto 0}
.sign-in input{width:100%}
.sign-in button{margin-top:.8rem}
td progress{width:6rem;height:7px;accent-color:var(--accent);vertical-align:middle}
.progress{width:100%;height:8px;accent-color:var(--accent)}
.pager{margin:1rem 0}
.pill.queued,.pill.pending,.pill.offline{background:var(--panel);color:var(--muted)}
.pill.delivered,.pill.online,.pill.started{background:color-mix(in srgb,var(--good) 14%,transparent);color:var(--good)}
.pill.waiting-approval,.pill.draining,.pill.sending{background:var(--warn-ground);color:var(--warn)}
.pill.invalid,.pill.gone{background:var(--bad-ground);color:var(--bad)}
.history .panel{max-width:42rem}
tbody th code,td code{font-size:.9em}
td.wide{min-width:16rem}
td.url{min-width:12rem}
td .keep{white-space:nowrap}
.facts>div{min-width:0}
.facts dd{overflow-wrap:anywhere}
@media (max-width:640px){
.top>div{padding:.6rem 1rem}
.top nav{flex-basis:100%;order:3}
.top form{margin-left:auto}
textarea{min-height:18rem}
}
`;

/** The report page's sheet, so that the two are one product, and what only the console has: forms and a head. */
export const CONSOLE_STYLE = STYLE + CONSOLE.replaceAll(/\n+/g, '\n');

import { readFileSync, writeFileSync } from 'node:fs';
import { resultsSchema } from '../src/core/results.ts';
import { renderReadmeSvg } from '../src/report/readme-svg.ts';

/** `node bench/readme-picture.ts results.json`: draws docs/report.svg, the picture at the head of the README. */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node bench/readme-picture.ts results.json');
const results = resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
writeFileSync(new URL('../docs/report.svg', import.meta.url), renderReadmeSvg(results));

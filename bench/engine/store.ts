import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Section } from './section.ts';
import { SITUATIONS } from './situations.ts';

/** The last section of each situation, by its name: situations may be measured one at a time. */
export type Sections = Readonly<Record<string, Section>>;

export function readSections(file: string): Sections {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Sections) : {};
}

export function keepSection(file: string, name: string, section: Section): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...readSections(file), [name]: section }, null, 2)}\n`);
}

/** Of those situations, in the order of the document. */
export function inOrder(sections: Sections): Section[] {
  return SITUATIONS.flatMap(({ name }) => sections[name] ?? []);
}

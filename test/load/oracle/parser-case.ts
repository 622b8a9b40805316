export type Method = 'GET' | 'HEAD';

/** What a server sends on one connection, cut into reads. */
export interface ParserCase {
  /** The requests, one after the other, all of them sent before the first answer comes; at least one. */
  readonly methods: readonly Method[];
  /** One byte a character (latin1). */
  readonly bytes: string;
  /** Where one read ends and the next begins: ascending, each inside the bytes, none twice. */
  readonly cuts: readonly number[];
  /** The server ends the connection after the bytes. */
  readonly ends: boolean;
}

/** The cuts as a case wants them: without what lies outside `length` bytes, ascending, none twice. */
export function properCuts(cuts: readonly number[], length: number): number[] {
  return [...new Set(cuts)].filter((cut) => cut > 0 && cut < length).sort((a, b) => a - b);
}

/** As it is printed for people to run it again: JSON, whose strings show every byte. */
export function caseText({ methods, bytes, cuts, ends }: ParserCase): string {
  return JSON.stringify({ methods, bytes, cuts, ends });
}

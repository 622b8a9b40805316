import { isSuccess } from './attempt.ts';
import type { GithubClient } from './github-client.ts';
import { type OutboundAnswer, OutboundError } from './outbound-fetch.ts';

/** A page of 30 comments of 65,536 characters of four bytes, twice as long in JSON at worst. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;
const PER_PAGE = 30;
/** Oldest first, as GitHub lists them: ours is made when the pull request is young. */
const MAX_PAGES = 10;

export type Found =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly answer: OutboundAnswer };

/**
 * The oldest comment of the pull request that begins with the mark: who has copied ours came later. Throws OutboundError for a list that
 * cannot be read: taken for an empty one, it would lead to a second comment.
 */
export async function findComment(given: {
  readonly client: GithubClient;
  readonly path: string;
  readonly number: number;
  readonly mark: string;
}): Promise<Found> {
  const { client, path, number, mark } = given;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const list = `${path}/issues/${number}/comments?per_page=${PER_PAGE}&page=${page}`;
    const answer = await client.ask('GET', list, undefined, MAX_PAGE_BYTES);
    if (!isSuccess(answer)) return { kind: 'refused', answer };
    const comments = commentsOf(answer.text);
    const ours = comments.find(({ body }) => body?.startsWith(mark));
    if (ours !== undefined) return { kind: 'found', id: String(ours.id) };
    if (comments.length < PER_PAGE) break;
  }
  return { kind: 'none' };
}

interface Comment {
  readonly id: number | string;
  readonly body?: string | null;
}

function commentsOf(text: string): Comment[] {
  try {
    const listed: unknown = JSON.parse(text);
    if (Array.isArray(listed)) return listed as Comment[];
  } catch {
    // Broken off, or longer than is read.
  }
  throw new OutboundError('the list of comments did not come whole');
}

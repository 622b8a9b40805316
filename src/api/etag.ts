/** A weak validator: the same version may be rendered with another eta. */
export function weakEtag(...parts: readonly (string | number)[]): string {
  return `W/"${parts.join('.')}"`;
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

/** Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, 8.8.3.2). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
}

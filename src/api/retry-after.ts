/** Seconds that the header `Retry-After` asks to wait (RFC 9110, 10.2.3: seconds, or a date); null: it asks nothing that can be read. */
export function retryAfterS(header: string | null, now: Date): number | null {
  if (header === null) return null;
  if (/^\d{1,10}$/.test(header.trim())) return Number(header);
  // `Date.parse` would make a date of many things; one of HTTP begins with a day's name.
  const at = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, (at - now.getTime()) / 1000);
}

/** Days for which an offer counts: a runner that was away for longer may never come back. */
const OFFER_DAYS = 30;

export function offersSince(now: Date): Date {
  return new Date(now.getTime() - OFFER_DAYS * 86_400_000);
}

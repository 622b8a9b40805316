import type { OpenDatabase } from './client.ts';

export async function openPostgres({ url }: { readonly url: string }): Promise<OpenDatabase> {
  throw new Error(url);
}

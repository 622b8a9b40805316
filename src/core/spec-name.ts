import { z } from 'zod';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The name of something inside a spec: part of URLs and of file names. */
export const slug = z
  .string()
  .regex(SLUG, 'a name of 1 to 40 lower-case letters, digits and inner hyphens')
  .meta({ description: 'URL-safe name' });

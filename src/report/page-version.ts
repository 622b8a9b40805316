/** To be raised with every change of what the page shows or how: stored pages of another version are made anew. */
export const PAGE_VERSION = 3;

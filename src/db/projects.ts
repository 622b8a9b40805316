import type { Db } from './client.ts';

export interface NewProject {
  readonly id: string;
  readonly name: string;
}

export async function createProject(db: Db, project: NewProject): Promise<void> {
  throw new Error(String([db, project]));
}

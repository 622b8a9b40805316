import type { Db } from './client.ts';
import { projects } from './schema/projects.ts';

export interface NewProject {
  readonly id: string;
  readonly name: string;
}

export async function createProject(db: Db, project: NewProject): Promise<void> {
  await db.insert(projects).values({ id: project.id, name: project.name });
}

import { isVersioned } from '../../core/target-source.ts';
import type { Catalogue } from '../../runner/catalogue.ts';
import type { VersionedTarget } from '../../runner/provision/provision-commit.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** The target of that name, whose code must come from git. Throws CommandError (bad input) with the remedy. */
export function versionedTarget({ targets }: Catalogue, name: string): VersionedTarget {
  const target = targets.get(name);
  if (target === undefined)
    throw new CommandError(EXIT.badInput, `unknown target ${name}; there are: ${[...targets.keys()].join(', ')}`);
  if (target.unavailable !== null)
    throw new CommandError(EXIT.badInput, `${name} cannot run here: ${target.unavailable}`);
  const { source } = target.manifest;
  if (isVersioned(source)) return { target, source };
  throw new CommandError(
    EXIT.badInput,
    `${name} has one version only: name its repository in ${target.folder}/target.yaml, source: { git: …, subdir: … }`,
  );
}

import type { TargetOffer } from '../offer.ts';
import type { CellResult } from '../results.ts';

type Names = ReadonlyMap<string, string>;

/**
 * What people call each deployment: "FastAPI (ASGI)". The server is named where two deployments differ in nothing else,
 * the id where even that leaves two alike.
 */
export function deploymentNames(results: {
  readonly cells: readonly CellResult[];
  readonly targets: readonly TargetOffer[];
}): Names {
  const display = new Map(results.targets.map((offer) => [offer.target, offer.display_name]));
  const first = new Map<string, CellResult>();
  for (const cell of results.cells) if (!first.has(cell.deployment)) first.set(cell.deployment, cell);
  const cells = [...first.values()];
  const name = (cell: CellResult, parts: readonly (string | null)[]): string => {
    const inner = parts.filter((part) => part !== null).join(', ');
    const target = display.get(cell.target) ?? cell.target;
    return inner === '' ? target : `${target} (${inner})`;
  };
  const kinds: ((cell: CellResult) => string)[] = [
    (cell) => name(cell, [interfaceName(cell)]),
    (cell) => name(cell, [interfaceName(cell), cell.server]),
    (cell) => name(cell, [interfaceName(cell), cell.server, cell.deployment]),
  ];
  const distinct = kinds.find((kind) => new Set(cells.map(kind)).size === cells.length);
  return new Map(cells.map((cell) => [cell.deployment, (distinct ?? ((c: CellResult) => c.deployment))(cell)]));
}

/** Abbreviations are written in capitals; other interfaces (`http`, `node`) say nothing that the target's name does not. */
function interfaceName(cell: CellResult): string | null {
  return cell.interface !== null && /^[a-z]sgi$|^rsgi$/.test(cell.interface) ? cell.interface.toUpperCase() : null;
}

export function nameOf(names: Names, deployment: string): string {
  return names.get(deployment) ?? deployment;
}

import { keyType } from '../../core/key-format.ts';
import type { Deps } from '../deps.ts';
import { sha256Hex } from '../digest.ts';
import { installOperatorKey } from '../operator-key.ts';
import { StartError } from '../start-error.ts';

/**
 * The operator key that was made offline (`benchwright keys generate`) and set as a secret. It becomes one of the database's keys
 * when somebody comes with it: for any other request nothing is asked of the database.
 */
export class OperatorKey {
  readonly #deps: Deps;
  readonly #given: string | undefined;
  #installed = false;

  /** Throws when what is given is no operator key. */
  constructor(deps: Deps, given: string | undefined) {
    if (given !== undefined && keyType(given) !== 'operator') {
      throw new Error('BENCHWRIGHT_OPERATOR_KEY is no operator key: make one with `npx benchwright keys generate`');
    }
    this.#deps = deps;
    this.#given = given;
  }

  /** Sees to it that the key is stored, if the request brings it. The request is then authenticated as any other. */
  async admit(authorization: string | null): Promise<void> {
    if (this.#given === undefined || this.#installed) return;
    const brought = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    // Digests are compared: how long that takes tells nothing about the key.
    if (brought === undefined || (await sha256Hex(brought)) !== (await sha256Hex(this.#given))) return;
    try {
      await installOperatorKey(this.#deps, this.#given);
    } catch (error) {
      // Revoked: whoever brings it is refused like any other.
      if (!(error instanceof StartError)) throw error;
      this.#deps.log.warn({ err: error }, 'the operator key that is set as a secret is of no use any more');
    }
    this.#installed = true;
  }
}

import { keyType } from '../../core/key-format.ts';
import type { Deps } from '../deps.ts';
import { sha256Hex } from '../digest.ts';
import { storeOperatorKey } from '../operator-key.ts';

/**
 * The operator key that was made offline (`benchwright keys generate`) and set as a secret. It becomes a key of the instance
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

  /** Stores the key if the request brings it and the database does not know it. The request is then authenticated as any other. */
  async admit(authorization: string | null): Promise<void> {
    if (this.#given === undefined || this.#installed) return;
    const brought = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    // Digests are compared: how long that takes tells nothing about the key.
    if (brought === undefined || sha256Hex(brought) !== sha256Hex(this.#given)) return;
    const isGood = await storeOperatorKey(this.#deps, this.#given);
    // Revoked: whoever brings it is refused like any other.
    if (!isGood) this.#deps.log.warn({}, 'the operator key that is set as a secret was revoked');
    this.#installed = true;
  }
}

/** Ids are UUIDv7 with a type prefix; the prefix says what a bare id in a log is. */
export const ID_PREFIXES = {
  experiment: 'exp_',
  job: 'job_',
  trial: 'trl_',
  runner: 'rnr_',
  session: 'ses_',
  project: 'prj_',
  key: 'key_',
  lease: 'lea_',
  audit: 'aud_',
  secret: 'sec_',
  webhook: 'whk_',
  hook: 'hok_',
  delivery: 'dlv_',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** Makes an id of the given kind from a UUID source, which is an argument so that core stays pure. */
export function makeId(kind: IdKind, uuid: () => string): string {
  return ID_PREFIXES[kind] + uuid().replaceAll('-', '');
}

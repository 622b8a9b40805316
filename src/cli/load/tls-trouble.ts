const NOBODY_TRUSTED = 'nobody whom this host trusts has signed its certificate';

const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: NOBODY_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOBODY_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOBODY_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOBODY_TRUSTED,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate has been revoked',
};

/** What OpenSSL says when the first bytes of an answer are none of its protocol: HTTP in the clear, or any greeting. */
const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST']);

const REMEDY = '; --insecure goes on without checking it';

/** An error of a handshake; Node adds the certificate where that is for another host. */
export interface TlsError extends NodeJS.ErrnoException {
  readonly cert?: { readonly subjectaltname?: string };
}

/** Why there is no TLS connection, in words; null: it is nothing about TLS. */
export function tlsTrouble(error: TlsError, host: string): string | null {
  const { code = '', cert } = error;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is for ${cert?.subjectaltname ?? 'another host'}, not for ${host}${REMEDY}`;
  const certificate = CERTIFICATE[code];
  if (certificate !== undefined) return certificate + REMEDY;
  if (NOT_TLS.has(code)) return 'what listens there does not speak TLS: is it http://?';
  return code.startsWith('ERR_SSL_') || code === 'EPROTO' ? 'the TLS handshake failed' : null;
}

// AWS Signature Version 4 on the server: checks that a request is signed with the secret, recently, for this region.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
import {createHash, createHmac, timingSafeEqual} from 'node:crypto'

import {S3Error} from './s3-error.js'

const ALGORITHM = 'AWS4-HMAC-SHA256'
const MAX_SKEW_MS = 15 * 60 * 1000
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600

/**
 * @typedef {{accessKeyId: string, secretAccessKey: string, sessionToken?: string, region: string, now: Date}} Trust
 * @typedef {{method: string, path: string, query: [string, string][], headers: Record<string, string>}} SignedRequest
 *   `path` as in the request line, `query` decoded, header names in lower case.
 * @typedef {{signature: string, signingKey: Buffer, scope: string, amzDate: string, payloadHash: string}} Verified
 *   For verifying the chunks of a signed body.
 */

/** @param {Buffer | string} bytes @returns {string} lower-case hex */
export const sha256Hex = bytes => createHash('sha256').update(bytes).digest('hex')

/** @param {Buffer | string} key @param {string} text @returns {Buffer} */
export const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

/** RFC 3986 for SigV4: encodes everything except `A-Z a-z 0-9 - . _ ~`. @param {string} text @returns {string} */
export function uriEncode(text) {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** @param {string} text @returns {string} */
export function uriDecode(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.")
  }
}

/** @param {string} secret @param {string} date YYYYMMDD @param {string} region @returns {Buffer} */
export function deriveSigningKey(secret, date, region) {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), 's3'), 'aws4_request')
}

/** @param {string} a @param {string} b */
const byteOrder = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

/** @param {SignedRequest} request @param {string[]} signedHeaders @param {string} payloadHash @returns {string} */
export function canonicalRequest(request, signedHeaders, payloadHash) {
  const query = request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)])
    .toSorted((a, b) => byteOrder(a[0], b[0]) || byteOrder(a[1], b[1]))
  return [
    request.method,
    request.path
      .split('/')
      .map(segment => uriEncode(uriDecode(segment)))
      .join('/'),
    query.map(([name, value]) => `${name}=${value}`).join('&'),
    ...signedHeaders.map(name => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n')
}

/** @param {string} amzDate @param {string} scope @param {string} canonical @returns {string} */
export function stringToSign(amzDate, scope, canonical) {
  return [ALGORITHM, amzDate, scope, sha256Hex(canonical)].join('\n')
}

/** @param {string} a @param {string} b @returns {boolean} */
export function sameSignature(a, b) {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

/** @param {string} text YYYYMMDDTHHMMSSZ @returns {Date | null} */
function parseAmzDate(text) {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  return match ? new Date(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) : null
}

/** @param {SignedRequest} request */
function readAuthorization(request) {
  const {authorization} = request.headers
  const match = /^AWS4-HMAC-SHA256 +Credential=([^, ]+), *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/.exec(
    authorization,
  )
  if (!match) {
    throw authorization.startsWith(ALGORITHM)
      ? new S3Error(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.')
      : new S3Error(
          400,
          'InvalidRequest',
          'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
        )
  }

  const payloadHash = request.headers['x-amz-content-sha256']
  if (!payloadHash)
    throw new S3Error(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  const amzDate = request.headers['x-amz-date']
  const token = request.headers['x-amz-security-token']
  return {
    amzDate,
    credential: match[1],
    expires: null,
    payloadHash,
    signature: match[3],
    signedHeaders: match[2].split(';'),
    token,
  }
}

/** @param {SignedRequest} request */
function readPresignedQuery(request) {
  const query = new Map(request.query)
  const [credential, amzDate, headers, signature, expires] = [
    'Credential',
    'Date',
    'SignedHeaders',
    'Signature',
    'Expires',
  ].map(name => query.get(`X-Amz-${name}`))
  if (query.get('X-Amz-Algorithm') !== ALGORITHM || !credential || !amzDate || !headers || !signature || !expires) {
    throw new S3Error(
      400,
      'AuthorizationQueryParametersError',
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }

  if (!/^\d+$/.test(expires) || Number(expires) > MAX_EXPIRES_SECONDS) {
    throw new S3Error(
      400,
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }

  const payloadHash = query.get('X-Amz-Content-Sha256') ?? request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'
  const token = query.get('X-Amz-Security-Token')
  return {
    amzDate,
    credential,
    expires: Number(expires),
    payloadHash,
    signature,
    signedHeaders: headers.split(';'),
    token,
  }
}

/** @param {Date} signedAt @param {number | null} expires @param {Date} now */
function checkFreshness(signedAt, expires, now) {
  const ageMs = now.getTime() - signedAt.getTime()
  if (expires !== null) {
    if (ageMs < -MAX_SKEW_MS) throw new S3Error(403, 'AccessDenied', 'Request is not valid yet')
    if (ageMs > expires * 1000)
      throw new S3Error(403, 'AccessDenied', 'Request has expired', {fields: {'X-Amz-Expires': expires}})
    return
  }

  if (Math.abs(ageMs) > MAX_SKEW_MS) {
    throw new S3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      {
        fields: {
          MaxAllowedSkewMilliseconds: MAX_SKEW_MS,
          RequestTime: signedAt.toISOString(),
          ServerTime: now.toISOString(),
        },
      },
    )
  }
}

/**
 * Throws the S3Error that S3 would return.
 * @param {SignedRequest} request @param {Trust} trust @returns {Verified}
 */
export function verifySignature(request, trust) {
  const presigned = request.query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature')
  if (!presigned && !request.headers.authorization) throw new S3Error(403, 'AccessDenied', 'Access Denied')
  const claim = presigned ? readPresignedQuery(request) : readAuthorization(request)
  const signedAt = parseAmzDate(claim.amzDate ?? '')
  if (!signedAt) throw new S3Error(403, 'AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')

  const [accessKeyId, date, region, service, terminator] = claim.credential.split('/')
  if (region !== trust.region) {
    throw new S3Error(
      400,
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${region}' is wrong; expecting '${trust.region}'`,
      {
        fields: {Region: trust.region},
        headers: {'x-amz-bucket-region': trust.region},
      },
    )
  }

  if (service !== 's3' || terminator !== 'aws4_request' || date !== claim.amzDate.slice(0, 8)) {
    throw new S3Error(
      400,
      'AuthorizationHeaderMalformed',
      'The authorization header is malformed; the Credential is mal-formed.',
    )
  }

  // As on AWS, temporary keys are unknown without their token.
  if (accessKeyId !== trust.accessKeyId || (trust.sessionToken && !claim.token)) {
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      fields: {AWSAccessKeyId: accessKeyId},
    })
  }

  if (claim.token !== trust.sessionToken)
    throw new S3Error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.')

  const unsigned = Object.keys(request.headers).filter(
    name => (name === 'host' || name.startsWith('x-amz-')) && !claim.signedHeaders.includes(name),
  )
  if (unsigned.length > 0) {
    throw new S3Error(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
      fields: {HeadersNotSigned: unsigned.join(', ')},
    })
  }

  checkFreshness(signedAt, claim.expires, trust.now)
  const scope = [date, region, 's3', 'aws4_request'].join('/')
  const canonical = canonicalRequest(request, claim.signedHeaders, claim.payloadHash)
  const toSign = stringToSign(claim.amzDate, scope, canonical)
  const signingKey = deriveSigningKey(trust.secretAccessKey, date, region)
  if (!sameSignature(hmac(signingKey, toSign).toString('hex'), claim.signature)) {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      {
        fields: {
          AWSAccessKeyId: accessKeyId,
          CanonicalRequest: canonical,
          SignatureProvided: claim.signature,
          StringToSign: toSign,
        },
      },
    )
  }

  return {amzDate: claim.amzDate, payloadHash: claim.payloadHash, scope, signature: claim.signature, signingKey}
}

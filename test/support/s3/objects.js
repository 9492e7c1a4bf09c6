// Operations on objects: Put, Get with ranges and conditions, Head, Delete.
import {createHash} from 'node:crypto'

import {S3Error} from './s3-error.js'
import {element, escapeXml, innerXml, textOf, xmlDocument} from './xml.js'
import {verifyChecksums} from './checksum.js'

/**
 * @typedef {{body: Buffer, headers: Record<string, string>, lastModified: Date, etag: string}} StoredObject `etag` without quotes
 * @typedef {{status: number, headers?: Record<string, string>, body?: Buffer | string}} Answer
 * @typedef {{method: string, bucket: string, key: string, query: Map<string, string>, headers: Record<string, string>, body: Buffer,
 *   checksums: Record<string, string>}} Call a request with valid signature and checksums
 * @typedef {{objects: Map<string, StoredObject>, uploads: Map<string, import('./multipart.js').Upload>, bucket: string, region: string,
 *   now: () => Date}} Bucket
 */

const KEPT =
  /^(content-(type|disposition|language|encoding)|cache-control|expires|x-amz-meta-.+|x-amz-server-side-encryption.*|x-amz-storage-class)$/

/** The headers that S3 stores with an object and returns. @param {Record<string, string>} headers @returns {Record<string, string>} */
export function keptHeaders(headers) {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.test(name)))
  const encoding = (kept['content-encoding'] ?? '')
    .split(',')
    .map(coding => coding.trim())
    .filter(coding => coding && coding !== 'aws-chunked')
  delete kept['content-encoding']
  if (encoding.length > 0) kept['content-encoding'] = encoding.join(',')
  return {'content-type': 'binary/octet-stream', 'x-amz-server-side-encryption': 'AES256', ...kept}
}

/** Only the headers for server-side encryption. @param {Record<string, string>} headers @returns {Record<string, string>} */
export function encryptionHeaders(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')))
}

/** With a KMS key, an object's ETag is not an MD5. @param {Buffer} body @param {Record<string, string>} headers @returns {string} */
export function etagOf(body, headers) {
  const kms = headers['x-amz-server-side-encryption']?.startsWith('aws:kms')
  return createHash('md5')
    .update(kms ? `kms ${createHash('sha256').update(body).digest('hex')}` : body)
    .digest('hex')
}

/** @param {Record<string, string>} checksums @returns {Record<string, string>} */
export function checksumHeaders(checksums) {
  return Object.fromEntries(
    Object.entries(checksums).map(([algorithm, value]) => [`x-amz-checksum-${algorithm.toLowerCase()}`, value]),
  )
}

/** @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function putObject(bucket, call) {
  if (call.headers['x-amz-copy-source'])
    throw new S3Error(501, 'NotImplemented', 'This double does not support copying')
  if (call.headers['if-none-match'] === '*' && bucket.objects.has(call.key)) {
    throw new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      fields: {Condition: 'If-None-Match'},
    })
  }

  const headers = {...keptHeaders(call.headers), ...checksumHeaders(call.checksums)}
  const etag = etagOf(call.body, headers)
  bucket.objects.set(call.key, {body: call.body, etag, headers, lastModified: bucket.now()})
  return {headers: {etag: `"${etag}"`, ...encryptionHeaders(headers), ...checksumHeaders(call.checksums)}, status: 200}
}

/** @param {string | undefined} range @param {number} size @returns {{first: number, last: number} | null} null: the whole */
function parseRange(range, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const first = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const last = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  if (match[1] !== '' && match[2] !== '' && Number(match[1]) > Number(match[2])) return null
  if (first >= size) {
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', {
      fields: {ActualObjectSize: size, RangeRequested: range ?? ''},
    })
  }

  return {first, last}
}

/** @param {StoredObject} object @param {Record<string, string>} headers */
function checkConditions(object, headers) {
  const matches = (/** @type {string} */ list) =>
    list.split(',').some(tag => ['*', object.etag, `"${object.etag}"`].includes(tag.trim()))
  if (headers['if-match'] !== undefined && !matches(headers['if-match'])) {
    throw new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      fields: {Condition: 'If-Match'},
    })
  }

  if (headers['if-none-match'] !== undefined && matches(headers['if-none-match']))
    throw new S3Error(304, 'NotModified', 'Not Modified')
}

/** Also for HeadObject: the server drops the body. @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function getObject(bucket, call) {
  const object = bucket.objects.get(call.key)
  if (!object) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', {fields: {Key: call.key}})
  checkConditions(object, call.headers)
  const range = parseRange(call.headers.range, object.body.length)
  const body = range ? object.body.subarray(range.first, range.last + 1) : object.body
  const wantsChecksum = call.headers['x-amz-checksum-mode'] === 'ENABLED' && !range
  const overrides = [...call.query]
    .filter(([name]) => name.startsWith('response-'))
    .map(([name, value]) => [name.slice('response-'.length), value])
  return {
    body,
    headers: {
      ...Object.fromEntries(
        Object.entries(object.headers).filter(([name]) => wantsChecksum || !name.startsWith('x-amz-checksum-')),
      ),
      ...Object.fromEntries(overrides),
      'accept-ranges': 'bytes',
      'content-length': String(body.length),
      etag: `"${object.etag}"`,
      'last-modified': object.lastModified.toUTCString(),
      ...(range ? {'content-range': `bytes ${range.first}-${range.last}/${object.body.length}`} : {}),
    },
    status: range ? 206 : 200,
  }
}

/** Deleting a missing object succeeds, as on S3. @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function deleteObject(bucket, call) {
  bucket.objects.delete(call.key)
  return {status: 204}
}

/** @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function deleteObjects(bucket, call) {
  if (call.headers['content-md5'] === undefined && Object.keys(call.checksums).length === 0) {
    throw new S3Error(
      400,
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  }

  verifyChecksums(call.body, call.headers)
  const xml = call.body.toString('utf8')
  const keys = innerXml(xml, 'Object').map(object => textOf(object, 'Key'))
  if (keys.length === 0 || keys.length > 1000 || keys.includes(null)) {
    throw new S3Error(
      400,
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  }

  for (const key of keys) bucket.objects.delete(key ?? '')
  const quiet = textOf(xml, 'Quiet') === 'true'
  const deleted = quiet ? '' : keys.map(key => `<Deleted>${element('Key', key ?? '')}</Deleted>`).join('')
  return {body: xmlDocument('DeleteResult', deleted), status: 200}
}

/** @param {S3Error} error @param {{resource: string, requestId: string}} request @returns {Answer} */
export function errorAnswer(error, {resource, requestId}) {
  const fields = Object.entries({...error.fields, RequestId: requestId, Resource: resource, HostId: 'double'})
  return {
    body:
      error.status === 304
        ? undefined
        : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${fields
            .map(([name, value]) => element(name, value))
            .join('')}</Error>`,
    headers: error.headers,
    status: error.status,
  }
}

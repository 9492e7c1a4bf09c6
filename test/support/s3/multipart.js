// Multipart uploads: create, upload, complete, abort.
import {createHash, randomBytes} from 'node:crypto'

import {checksumOf, compositeChecksum} from './checksum.js'
import {checksumHeaders, encryptionHeaders, keptHeaders} from './objects.js'
import {S3Error} from './s3-error.js'
import {element, innerXml, textOf, xmlDocument} from './xml.js'

/**
 * @typedef {import('./objects.js').Bucket} Bucket @typedef {import('./objects.js').Call} Call @typedef {import('./objects.js').Answer} Answer
 * @typedef {{body: Buffer, etag: string, checksum: string | null}} Part
 * @typedef {{key: string, headers: Record<string, string>, initiated: Date, parts: Map<number, Part>, algorithm: string | null,
 *   fullObject: boolean}} Upload
 */

const MIN_PART_BYTES = 5 * 1024 * 1024
const MAX_PART_NUMBER = 10_000

/** @param {Bucket} bucket @param {Call} call @returns {{id: string, upload: Upload}} */
function findUpload(bucket, call) {
  const id = call.query.get('uploadId') ?? ''
  const upload = bucket.uploads.get(id)
  if (!upload || upload.key !== call.key) {
    throw new S3Error(
      404,
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      {fields: {UploadId: id}},
    )
  }

  return {id, upload}
}

/** @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function createMultipartUpload(bucket, call) {
  const id = randomBytes(16).toString('hex')
  const headers = keptHeaders(call.headers)
  const algorithm = call.headers['x-amz-checksum-algorithm'] ?? null
  const fullObject = call.headers['x-amz-checksum-type'] === 'FULL_OBJECT'
  bucket.uploads.set(id, {algorithm, fullObject, headers, initiated: bucket.now(), key: call.key, parts: new Map()})
  return {
    body: xmlDocument(
      'InitiateMultipartUploadResult',
      element('Bucket', bucket.bucket) + element('Key', call.key) + element('UploadId', id),
    ),
    headers: {...encryptionHeaders(headers), ...(algorithm ? {'x-amz-checksum-algorithm': algorithm} : {})},
    status: 200,
  }
}

/** @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function uploadPart(bucket, call) {
  const {upload} = findUpload(bucket, call)
  const number = Number(call.query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) {
    throw new S3Error(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive')
  }

  const [sent] = Object.keys(call.checksums)
  if (sent && sent !== upload.algorithm) {
    throw new S3Error(
      400,
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm?.toLowerCase() ?? 'null'}, actual checksum Type: ${sent.toLowerCase()}`,
    )
  }

  const etag = createHash('md5').update(call.body).digest('hex')
  const checksum = upload.algorithm ? checksumOf(upload.algorithm, call.body) : null
  upload.parts.set(number, {body: call.body, checksum, etag})
  return {
    headers: {etag: `"${etag}"`, ...encryptionHeaders(upload.headers), ...checksumHeaders(call.checksums)},
    status: 200,
  }
}

/** @param {Upload} upload @param {string} xml @returns {Part[]} the requested parts, in order */
function chosenParts(upload, xml) {
  const wanted = innerXml(xml, 'Part')
  if (!xml.includes('<CompleteMultipartUpload') || wanted.length === 0) {
    throw new S3Error(
      400,
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  }

  const numbers = wanted.map(part => Number(textOf(part, 'PartNumber')))
  if (numbers.some((number, index) => index > 0 && number <= numbers[index - 1])) {
    throw new S3Error(
      400,
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    )
  }

  return wanted.map((asked, index) => {
    const part = upload.parts.get(numbers[index])
    if (!part || textOf(asked, 'ETag')?.replaceAll('"', '') !== part.etag) {
      throw new S3Error(
        400,
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        {fields: {PartNumber: numbers[index]}},
      )
    }

    const checksum = upload.algorithm && textOf(asked, `Checksum${upload.algorithm}`)
    if (upload.algorithm && !upload.fullObject && checksum === null) {
      throw new S3Error(
        400,
        'InvalidRequest',
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${numbers[index]} in the request.`,
      )
    }

    if (checksum && checksum !== part.checksum)
      throw new S3Error(400, 'InvalidPart', `The checksum of part ${numbers[index]} does not match.`)
    return part
  })
}

/** @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function completeMultipartUpload(bucket, call) {
  const {id, upload} = findUpload(bucket, call)
  const parts = chosenParts(upload, call.body.toString('utf8'))
  const small = parts.slice(0, -1).find(part => part.body.length < MIN_PART_BYTES)
  if (small) {
    throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      fields: {MinSizeAllowed: MIN_PART_BYTES, ProposedSize: small.body.length},
    })
  }

  const body = Buffer.concat(parts.map(part => part.body))
  const etag = `${createHash('md5')
    .update(Buffer.concat(parts.map(part => Buffer.from(part.etag, 'hex'))))
    .digest('hex')}-${parts.length}`
  const {algorithm} = upload
  const checksum = algorithm
    ? upload.fullObject
      ? checksumOf(algorithm, body)
      : compositeChecksum(
          algorithm,
          parts.map(part => part.checksum ?? ''),
        )
    : null
  const checksums =
    algorithm && checksum
      ? {
          ...checksumHeaders({[algorithm]: checksum}),
          'x-amz-checksum-type': upload.fullObject ? 'FULL_OBJECT' : 'COMPOSITE',
        }
      : {}
  bucket.objects.set(upload.key, {body, etag, headers: {...upload.headers, ...checksums}, lastModified: bucket.now()})
  bucket.uploads.delete(id)
  return {
    body: xmlDocument(
      'CompleteMultipartUploadResult',
      [
        element('Location', `/${bucket.bucket}/${upload.key}`),
        element('Bucket', bucket.bucket),
        element('Key', upload.key),
        element('ETag', `"${etag}"`),
        algorithm && checksum ? element(`Checksum${algorithm}`, checksum) : '',
      ].join(''),
    ),
    headers: encryptionHeaders(upload.headers),
    status: 200,
  }
}

/** @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function abortMultipartUpload(bucket, call) {
  bucket.uploads.delete(findUpload(bucket, call).id)
  return {status: 204}
}

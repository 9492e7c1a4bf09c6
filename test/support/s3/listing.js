// Listings: ListObjectsV2 and ListMultipartUploads, one page per request.
import {S3Error} from './s3-error.js'
import {uriEncode} from './signature.js'
import {element, xmlDocument} from './xml.js'

/** @typedef {import('./objects.js').Bucket} Bucket @typedef {import('./objects.js').Call} Call @typedef {import('./objects.js').Answer} Answer */

const MAX_PAGE = 1000

/** S3 lists keys in the order of their UTF-8 bytes. @param {Iterable<string>} keys @returns {string[]} */
function inByteOrder(keys) {
  return [...keys]
    .map(key => ({bytes: Buffer.from(key), key}))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({key}) => key)
}

/** @param {Map<string, string>} query @param {string} name @returns {number} */
function pageSize(query, name) {
  const text = query.get(name) ?? String(MAX_PAGE)
  if (!/^\d+$/.test(text))
    throw new S3Error(400, 'InvalidArgument', `Provided ${name} not an integer or within integer range`, {
      fields: {ArgumentName: name, ArgumentValue: text},
    })
  return Math.min(Number(text), MAX_PAGE)
}

/** @param {Map<string, string>} query @returns {(text: string) => string} */
function keyEncoder(query) {
  const type = query.get('encoding-type')
  if (type === undefined) return text => text
  if (type !== 'url') throw new S3Error(400, 'InvalidArgument', 'Invalid Encoding Method specified in Request')
  return text => uriEncode(text).replaceAll('%2F', '/').replaceAll('%20', '+')
}

/** Tokens are opaque to clients; an invented one is rejected. @param {string} last */
const writeToken = last => Buffer.from(`1:${last}`).toString('base64')

/** @param {string} token @returns {string} */
function readToken(token) {
  const text = Buffer.from(token, 'base64').toString('utf8')
  if (!text.startsWith('1:')) throw new S3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect')
  return text.slice(2)
}

/**
 * Keys and common prefixes after `after`, at most `limit` together.
 * @param {string[]} keys @param {{prefix: string, delimiter: string, after: string, limit: number}} page
 */
function takePage(keys, {prefix, delimiter, after, limit}) {
  const taken = /** @type {{text: string, isPrefix: boolean}[]} */ ([])
  const isAfter = (/** @type {string} */ key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0
  for (const key of keys) {
    if (!key.startsWith(prefix) || (after !== '' && !isAfter(key))) continue
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const text = cut === -1 ? key : key.slice(0, cut + delimiter.length)
    const isPrefix = cut !== -1
    // Keys below the common prefix that ended the previous page belong to that page.
    if (isPrefix && (taken.at(-1)?.text === text || text === after)) continue
    if (taken.length === limit) return {taken, truncated: limit > 0}
    taken.push({isPrefix, text})
  }

  return {taken, truncated: false}
}

/** @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function listObjectsV2(bucket, call) {
  const {query} = call
  const encode = keyEncoder(query)
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? '']
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after') ?? ''
  const after = token === undefined ? startAfter : readToken(token)
  const maxKeys = pageSize(query, 'max-keys')
  const {taken, truncated} = takePage(inByteOrder(bucket.objects.keys()), {after, delimiter, limit: maxKeys, prefix})

  const contents = taken
    .filter(({isPrefix}) => !isPrefix)
    .map(({text}) => {
      const object = bucket.objects.get(text)
      if (!object) throw new Error(`${text} disappeared while it was listed`)
      return `<Contents>${element('Key', encode(text))}${element('LastModified', object.lastModified.toISOString())}${element('ETag', `"${object.etag}"`)}${element(
        'Size',
        object.body.length,
      )}${element('StorageClass', object.headers['x-amz-storage-class'] ?? 'STANDARD')}</Contents>`
    })
  const prefixes = taken
    .filter(({isPrefix}) => isPrefix)
    .map(({text}) => `<CommonPrefixes>${element('Prefix', encode(text))}</CommonPrefixes>`)
  return {
    body: xmlDocument(
      'ListBucketResult',
      [
        element('Name', bucket.bucket),
        element('Prefix', encode(prefix)),
        startAfter === '' ? '' : element('StartAfter', encode(startAfter)),
        token === undefined ? '' : element('ContinuationToken', token),
        truncated ? element('NextContinuationToken', writeToken(taken.at(-1)?.text ?? '')) : '',
        element('KeyCount', taken.length),
        element('MaxKeys', maxKeys),
        delimiter === '' ? '' : element('Delimiter', encode(delimiter)),
        query.has('encoding-type') ? element('EncodingType', 'url') : '',
        element('IsTruncated', truncated),
        ...contents,
        ...prefixes,
      ].join(''),
    ),
    status: 200,
  }
}

/** Sorted by key, then by id. @param {Bucket} bucket @param {Call} call @returns {Answer} */
export function listMultipartUploads(bucket, call) {
  const {query} = call
  const encode = keyEncoder(query)
  const [prefix, keyMarker, idMarker] = ['prefix', 'key-marker', 'upload-id-marker'].map(name => query.get(name) ?? '')
  const limit = pageSize(query, 'max-uploads')
  const all = inByteOrder(new Set([...bucket.uploads.values()].map(({key}) => key)))
    .filter(key => key.startsWith(prefix))
    .flatMap(key =>
      [...bucket.uploads].filter(([, upload]) => upload.key === key).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
    .filter(
      ([id, {key}]) => keyMarker === '' || key > keyMarker || (key === keyMarker && idMarker !== '' && id > idMarker),
    )
  const page = all.slice(0, limit)
  const [lastId, last] = page.at(-1) ?? ['', null]
  const truncated = all.length > page.length
  return {
    body: xmlDocument(
      'ListMultipartUploadsResult',
      [
        element('Bucket', bucket.bucket),
        element('Prefix', encode(prefix)),
        element('KeyMarker', encode(keyMarker)),
        element('UploadIdMarker', idMarker),
        truncated && last ? element('NextKeyMarker', encode(last.key)) + element('NextUploadIdMarker', lastId) : '',
        element('MaxUploads', limit),
        element('IsTruncated', truncated),
        ...page.map(
          ([id, upload]) =>
            `<Upload>${element('Key', encode(upload.key))}${element('UploadId', id)}${element('StorageClass', 'STANDARD')}${element('Initiated', upload.initiated.toISOString())}</Upload>`,
        ),
      ].join(''),
    ),
    status: 200,
  }
}

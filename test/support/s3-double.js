// An in-memory bucket that is as strict as S3: it checks signatures, checksums, part sizes and page sizes, and returns
// S3's XML errors. A client that works with it should work with S3. Also a program, for clients in other languages:
//   node test/support/s3-double.js --port 0 --bucket b --access-key AKIA… --secret …
// prints one line of JSON with the endpoint, and runs until SIGTERM or SIGINT.
import {randomBytes} from 'node:crypto'
import {createServer} from 'node:http'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

import {decodeBody} from './s3/body.js'
import {verifyChecksums} from './s3/checksum.js'
import {Faults} from './s3/faults.js'
import {errorAnswer, etagOf, keptHeaders} from './s3/objects.js'
import {OPERATIONS, operationOf} from './s3/operations.js'
import {S3Error} from './s3/s3-error.js'
import {uriDecode, verifySignature} from './s3/signature.js'

/**
 * @typedef {import('./s3/objects.js').StoredObject} StoredObject
 * @typedef {import('./s3/objects.js').Answer} Answer
 * @typedef {import('./s3/faults.js').Fault} Fault
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {{bucket: string, accessKeyId: string, secretAccessKey: string, sessionToken?: string, region?: string, port?: number,
 *   now?: () => Date}} S3DoubleOptions
 * @typedef {{method: string, path: string, query: Record<string, string>, operation: string, status: number,
 *   headers: Record<string, string>}} SeenRequest `status` 0: the
 *   connection was reset
 * @typedef {{key: string, body?: Buffer | string, headers?: Record<string, string>, lastModified?: Date}} Seed
 * @typedef {Awaited<ReturnType<typeof startS3Double>>} S3Double
 */

/** Hosts of S3 itself, preceded by a bucket name. */
const VIRTUAL_HOST = /^(.+)\.(?:localhost|127\.0\.0\.1|s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com)$/

/** @param {IncomingMessage} request @returns {Record<string, string>} lower-case names, repeated headers joined by commas */
function joinedHeaders(request) {
  const headers = /** @type {Record<string, string>} */ ({})
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index].toLowerCase()
    const value = Buffer.from(request.rawHeaders[index + 1], 'latin1').toString('utf8')
    headers[name] = name in headers ? `${headers[name]},${value}` : value
  }

  return headers
}

/** `…/20261124T081200Z-…`, `2026-11-24T08:12:00Z-…`. @param {string} key @returns {Date | null} */
function timeIn(key) {
  const [, year, month, day, hour, minute, second] =
    /(?:^|\/)(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)Z-/.exec(key) ?? []
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(time) ? null : new Date(time)
}

/** Where the request goes: path style and virtual-host style. @param {IncomingMessage} request @param {Record<string, string>} headers */
function parseTarget(request, headers) {
  const [path, ...rest] = (request.url ?? '/').split('?')
  const query = rest
    .join('?')
    .split('&')
    .filter(Boolean)
    .map(pair => {
      const [name, ...value] = pair.replaceAll('+', ' ').split('=')
      return /** @type {[string, string]} */ ([uriDecode(name), uriDecode(value.join('='))])
    })
  const virtual = VIRTUAL_HOST.exec((headers.host ?? '').replace(/:\d+$/, ''))
  const segments = path.split('/').slice(1)
  const bucket = virtual ? virtual[1] : uriDecode(segments.shift() ?? '')
  return {bucket, key: uriDecode(segments.join('/')), path, query}
}

/**
 * @param {IncomingMessage} request @param {number | undefined} resetAfterBytes
 * @returns {Promise<Buffer | null>} null if the connection was reset, on purpose or by the other side
 */
async function readBody(request, resetAfterBytes) {
  const chunks = /** @type {Buffer[]} */ ([])
  let bytes = 0
  try {
    for await (const chunk of request) {
      chunks.push(chunk)
      bytes += chunk.length
      if (resetAfterBytes !== undefined && bytes >= resetAfterBytes) {
        request.socket.resetAndDestroy()
        return null
      }
    }
  } catch {
    return null
  }

  return Buffer.concat(chunks)
}

/** @param {ServerResponse} response @param {Answer} answer @param {Fault | null} fault @param {boolean} isHead */
function send(response, answer, fault, isHead) {
  let body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body ?? '')
  if (fault?.corrupt) body = fault.corrupt(body)
  const isXml = typeof answer.body === 'string'
  if (![204, 304].includes(answer.status) && !fault?.withoutLength && !response.hasHeader('content-length'))
    response.setHeader('content-length', body.length)
  const headers = {...(isXml ? {'content-type': 'application/xml'} : {}), ...answer.headers, ...fault?.answerHeaders}
  if (fault?.withoutLength) delete headers['content-length']
  response.writeHead(answer.status, headers)
  if (isHead || body.length === 0) return response.end()
  const cut = fault?.stallAfterBytes ?? fault?.resetAfterBytes
  if (cut === undefined) return response.end(body)
  response.write(body.subarray(0, cut), () => {
    if (fault?.stallAfterBytes === undefined) response.socket?.resetAndDestroy()
  })
}

/** @param {S3DoubleOptions} options */
export async function startS3Double(options) {
  const region = options.region ?? 'us-east-1'
  const now = options.now ?? (() => new Date())
  const objects = /** @type {Map<string, StoredObject>} */ (new Map())
  const uploads = /** @type {Map<string, import('./s3/multipart.js').Upload>} */ (new Map())
  const requests = /** @type {SeenRequest[]} */ ([])
  const faults = new Faults()
  /** Whether anyone may read the bucket, and whether it encrypts, as S3 does and other stores may not. */
  const access = {encrypts: true, isPublic: false}
  const store = {bucket: options.bucket, now, objects, region, uploads}

  /** @param {IncomingMessage} request @param {ServerResponse} response */
  async function handle(request, response) {
    const requestId = randomBytes(8).toString('hex').toUpperCase()
    response.setHeader('x-amz-request-id', requestId)
    response.setHeader('x-amz-id-2', 'double')
    response.setHeader('server', 'AmazonS3')
    response.setHeader('date', now().toUTCString())
    const headers = joinedHeaders(request)
    const method = request.method ?? 'GET'
    const [path] = (request.url ?? '/').split('?')
    const seen = /** @type {SeenRequest} */ ({headers, method, operation: 'Unknown', path, query: {}, status: 0})
    requests.push(seen)
    let fault = /** @type {Fault | null} */ (null)
    /** @returns {Promise<Answer | null>} */
    const answerTo = async () => {
      const target = parseTarget(request, headers)
      const query = new Map(target.query)
      seen.query = Object.fromEntries(query)
      seen.operation = operationOf({key: target.key, method, query})
      fault = faults.take({key: target.key, method, operation: seen.operation})
      const writes = method === 'PUT' || method === 'POST'
      const wire = await readBody(request, writes ? fault?.resetAfterBytes : undefined)
      if (wire === null) return null
      if (fault?.delayMs) await new Promise(resolve => setTimeout(resolve, fault?.delayMs))
      if (fault?.status)
        throw new S3Error(fault.status, fault.code ?? 'InternalError', fault.message ?? 'Injected by the test', {
          fields: fault.fields,
          headers: fault.headers,
        })
      if (writes && headers['transfer-encoding'])
        throw new S3Error(
          501,
          'NotImplemented',
          'A header you provided implies functionality that is not implemented',
          {fields: {Header: 'Transfer-Encoding'}},
        )
      if (method === 'PUT' && headers['content-length'] === undefined)
        throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')

      const unsigned = !headers.authorization && !query.has('X-Amz-Signature')
      if (access.isPublic && unsigned && seen.operation === 'GetObject')
        return OPERATIONS.GetObject(store, {
          body: wire,
          bucket: target.bucket,
          checksums: {},
          headers,
          key: target.key,
          method,
          query,
        })

      const trust = {
        accessKeyId: options.accessKeyId,
        now: now(),
        region,
        secretAccessKey: options.secretAccessKey,
        sessionToken: options.sessionToken,
      }
      const verified = verifySignature({headers, method, path, query: target.query}, trust)
      if (target.bucket !== options.bucket)
        throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', {
          fields: {BucketName: target.bucket},
        })
      const {body, trailers} = decodeBody(wire, verified, headers)
      const checksums = verifyChecksums(body, {...headers, ...trailers})
      const operation = OPERATIONS[seen.operation]
      if (!operation) throw new S3Error(501, 'NotImplemented', `This double does not support ${method} ${request.url}`)
      return operation(store, {body, bucket: target.bucket, checksums, headers, key: target.key, method, query})
    }

    let answer
    try {
      answer = await answerTo()
    } catch (error) {
      if (!(error instanceof S3Error)) console.error(error)
      answer = errorAnswer(error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error)), {
        requestId,
        resource: path,
      })
    }

    if (answer === null || request.socket.destroyed) return
    seen.status = answer.status
    if (!access.encrypts)
      answer.headers = Object.fromEntries(
        Object.entries(answer.headers ?? {}).filter(([name]) => !name.startsWith('x-amz-server-side-encryption')),
      )
    send(response, answer, fault, method === 'HEAD')
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve(undefined))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')

  return {
    /** For path-style clients; `http://<bucket>.localhost:<port>` is the virtual-host style. */
    endpoint: `http://127.0.0.1:${address.port}`,
    access,
    faults,
    objects,
    requests,
    uploads,

    /**
     * Adds objects without HTTP, with the time in their keys, if there is one, as their modification time.
     * @param {Iterable<Seed>} seeds
     */
    seed(seeds) {
      for (const {key, body = '', headers = {}, lastModified = timeIn(key) ?? now()} of seeds) {
        const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body)
        const kept = keptHeaders(headers)
        objects.set(key, {body: bytes, etag: etagOf(bytes, kept), headers: kept, lastModified})
      }
    },

    /** Also closes open connections. @returns {Promise<void>} */
    stop() {
      server.closeAllConnections()
      return new Promise(resolve => {
        server.close(() => resolve())
      })
    },
  }
}

async function main() {
  const {values} = parseArgs({
    options: {
      'access-key': {default: 'AKIAIOSFODNN7EXAMPLE', type: 'string'},
      bucket: {default: 'heapdumps', type: 'string'},
      port: {default: '0', type: 'string'},
      region: {default: 'us-east-1', type: 'string'},
      secret: {default: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', type: 'string'},
      'session-token': {type: 'string'},
    },
  })
  const {
    'access-key': accessKeyId,
    bucket,
    port,
    region,
    secret: secretAccessKey,
    'session-token': sessionToken,
  } = values
  const double = await startS3Double({accessKeyId, bucket, port: Number(port), region, secretAccessKey, sessionToken})
  console.log(JSON.stringify({accessKeyId, bucket, endpoint: double.endpoint, region, secretAccessKey}))
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void double.stop().then(() => process.exit(0)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()

// From the bytes on the wire to the object's bytes: with a signed hash, or aws-chunked with signatures and trailers.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and …/sigv4-streaming-trailers.html
import {S3Error} from './s3-error.js'
import {hmac, sameSignature, sha256Hex} from './signature.js'

/** @typedef {import('./signature.js').Verified} Verified */

const EMPTY_SHA256 = sha256Hex('')
const MIN_SIGNED_CHUNK = 8192
const incomplete = (/** @type {string} */ why) =>
  new S3Error(400, 'IncompleteBody', `The request body terminated unexpectedly: ${why}`)
const badChunkSignature = () =>
  new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The chunk signature we calculated does not match the signature you provided.',
  )

/** Walks `size[;chunk-signature=…]CRLF bytes CRLF`. */
class ChunkReader {
  /** @param {Buffer} wire */
  constructor(wire) {
    this.wire = wire
    this.offset = 0
  }

  /** @returns {string} without its CRLF */
  line() {
    const end = this.wire.indexOf('\r\n', this.offset)
    if (end === -1) throw incomplete('a line without an end')
    const text = this.wire.toString('latin1', this.offset, end)
    this.offset = end + 2
    return text
  }

  /** @param {number} size @returns {Buffer} */
  bytes(size) {
    const end = this.offset + size
    if (end + 2 > this.wire.length) throw incomplete('a chunk shorter than it says')
    if (this.wire.toString('latin1', end, end + 2) !== '\r\n') throw incomplete('a chunk longer than it says')
    const chunk = this.wire.subarray(this.offset, end)
    this.offset = end + 2
    return chunk
  }

  get atEnd() {
    return this.offset === this.wire.length
  }
}

/** @param {ChunkReader} reader @returns {[string, string][]} */
function readTrailers(reader) {
  const trailers = /** @type {[string, string][]} */ ([])
  for (let line = reader.line(); line !== ''; line = reader.line()) {
    const colon = line.indexOf(':')
    if (colon === -1)
      throw new S3Error(400, 'MalformedTrailerError', 'The request contained trailing data that was not well-formed.')
    trailers.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()])
  }

  return trailers
}

/** @param {ChunkReader} reader @param {Verified} verified @param {boolean} signed */
function readChunks(reader, verified, signed) {
  const chunks = /** @type {Buffer[]} */ ([])
  let previous = verified.signature
  let short = false
  for (;;) {
    const header = /^([0-9a-fA-F]+)(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(reader.line())
    if (!header || Boolean(header[2]) !== signed) throw incomplete('an invalid chunk header')
    const size = Number.parseInt(header[1], 16)
    const chunk = size === 0 ? Buffer.alloc(0) : reader.bytes(size)
    if (signed) {
      const toSign = [
        'AWS4-HMAC-SHA256-PAYLOAD',
        verified.amzDate,
        verified.scope,
        previous,
        EMPTY_SHA256,
        sha256Hex(chunk),
      ].join('\n')
      if (!sameSignature(hmac(verified.signingKey, toSign).toString('hex'), header[2])) throw badChunkSignature()
      previous = header[2]
      if (size > 0 && short)
        throw new S3Error(
          403,
          'InvalidChunkSizeError',
          'Only the last chunk is allowed to have a size less than 8192 bytes',
        )
      short = size < MIN_SIGNED_CHUNK
    }

    if (size === 0) return {chunks, signature: previous}
    chunks.push(chunk)
  }
}

/**
 * @param {Buffer} wire @param {Verified} verified @param {Record<string, string>} headers
 * @returns {{body: Buffer, trailers: Record<string, string>}}
 */
function decodeChunked(wire, verified, headers) {
  const signed = verified.payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
  const announced = (headers['x-amz-trailer'] ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase())
    .filter(Boolean)
  const reader = new ChunkReader(wire)
  const {chunks, signature} = readChunks(reader, verified, signed)
  const trailers = readTrailers(reader)
  if (!reader.atEnd) throw incomplete('bytes after the last chunk')

  if (signed && verified.payloadHash.endsWith('-TRAILER')) {
    const last = trailers.pop()
    if (last?.[0] !== 'x-amz-trailer-signature')
      throw new S3Error(400, 'MalformedTrailerError', 'The trailer has no signature.')
    const canonical = trailers.map(([name, value]) => `${name}:${value}\n`).join('')
    const toSign = ['AWS4-HMAC-SHA256-TRAILER', verified.amzDate, verified.scope, signature, sha256Hex(canonical)].join(
      '\n',
    )
    if (!sameSignature(hmac(verified.signingKey, toSign).toString('hex'), last[1])) throw badChunkSignature()
  }

  const names = trailers.map(([name]) => name)
  if (names.toSorted().join(',') !== announced.toSorted().join(',')) {
    throw new S3Error(400, 'MalformedTrailerError', 'The trailers are not those that x-amz-trailer announced.')
  }

  const body = Buffer.concat(chunks)
  if (headers['x-amz-decoded-content-length'] === undefined)
    throw new S3Error(411, 'MissingContentLength', 'You must provide the x-amz-decoded-content-length HTTP header.')
  if (Number(headers['x-amz-decoded-content-length']) !== body.length)
    throw incomplete('not x-amz-decoded-content-length bytes')
  return {body, trailers: Object.fromEntries(trailers)}
}

/**
 * The object's bytes, verified against the signature; trailers count like headers.
 * @param {Buffer} wire @param {Verified} verified @param {Record<string, string>} headers
 * @returns {{body: Buffer, trailers: Record<string, string>}}
 */
export function decodeBody(wire, verified, headers) {
  const {payloadHash} = verified
  if (payloadHash === 'UNSIGNED-PAYLOAD') return {body: wire, trailers: {}}
  if (/^STREAMING-(UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?)$/.test(payloadHash)) {
    return decodeChunked(wire, verified, headers)
  }

  if (!/^[0-9a-f]{64}$/.test(payloadHash)) {
    throw new S3Error(
      400,
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a valid sha256 value.',
    )
  }

  if (sha256Hex(wire) !== payloadHash) {
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      {
        fields: {ClientComputedContentSHA256: payloadHash, S3ComputedContentSHA256: sha256Hex(wire)},
      },
    )
  }

  return {body: wire, trailers: {}}
}

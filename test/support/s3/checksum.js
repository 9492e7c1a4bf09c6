// The checksums that a request may carry, and S3's reaction to them.
import {createHash} from 'node:crypto'
import {crc32} from 'node:zlib'

import {S3Error} from './s3-error.js'

const CRC32C_TABLE = Uint32Array.from({length: 256}, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82_f6_3b_78 : remainder >>> 1
  return remainder >>> 0
})

/** @param {Buffer} bytes @returns {number} */
function crc32c(bytes) {
  let remainder = 0xff_ff_ff_ff
  for (const byte of bytes) remainder = CRC32C_TABLE[(remainder ^ byte) & 0xff] ^ (remainder >>> 8)
  return (remainder ^ 0xff_ff_ff_ff) >>> 0
}

/** @param {number} number @returns {string} base64 of its four bytes, big-endian */
function base64OfUint32(number) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes.toString('base64')
}

/** By S3's names. Without CRC64NVME, which our code never sends; S3Error reports it. */
const ALGORITHMS = /** @type {Record<string, (bytes: Buffer) => string>} */ ({
  CRC32: bytes => base64OfUint32(crc32(bytes)),
  CRC32C: bytes => base64OfUint32(crc32c(bytes)),
  SHA1: bytes => createHash('sha1').update(bytes).digest('base64'),
  SHA256: bytes => createHash('sha256').update(bytes).digest('base64'),
})

const NOT_ALGORITHMS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'])

/** @param {string} algorithm @param {Buffer} bytes @returns {string} base64 */
export function checksumOf(algorithm, bytes) {
  const compute = ALGORITHMS[algorithm]
  if (!compute) throw new S3Error(501, 'NotImplemented', `This double does not support the checksum ${algorithm}`)
  return compute(bytes)
}

/** The checksum of a multipart object: the checksum of its parts' checksums. @param {string} algorithm @param {string[]} parts base64 */
export function compositeChecksum(algorithm, parts) {
  return `${checksumOf(algorithm, Buffer.concat(parts.map(part => Buffer.from(part, 'base64'))))}-${parts.length}`
}

/**
 * Verifies Content-MD5 and every `x-amz-checksum-*` among headers and trailers against the decoded body.
 * @param {Buffer} body @param {Record<string, string>} headers
 * @returns {Record<string, string>} algorithm → base64, those that were sent
 */
export function verifyChecksums(body, headers) {
  const md5 = headers['content-md5']
  if (md5 !== undefined) {
    if (Buffer.from(md5, 'base64').length !== 16)
      throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.')
    if (createHash('md5').update(body).digest('base64') !== md5) {
      throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.')
    }
  }

  const sent = /** @type {Record<string, string>} */ ({})
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-checksum-') || NOT_ALGORITHMS.has(name)) continue
    const algorithm = name.slice('x-amz-checksum-'.length).toUpperCase()
    if (checksumOf(algorithm, body) !== value) {
      throw new S3Error(400, 'BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
    }

    sent[algorithm] = value
  }

  return sent
}

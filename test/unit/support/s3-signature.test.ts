// The double's idea of a signature against the examples AWS publishes, so that it does not merely agree with itself.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, …/sigv4-query-string-auth.html,
// …/sigv4-streaming.html, …/sigv4-streaming-trailers.html
import {expect, test} from 'vitest'

import {decodeBody} from '../../support/s3/body.js'
import {verifyChecksums} from '../../support/s3/checksum.js'
import {verifySignature} from '../../support/s3/signature.js'

const trust = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  now: new Date('2013-05-24T00:05:00Z'),
  region: 'us-east-1',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'

function headersOf(signed: Record<string, string>, signature: string): Record<string, string> {
  const names = Object.keys(signed).toSorted().join(';')
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names},Signature=${signature}`,
  }
}

const host = 'examplebucket.s3.amazonaws.com'
const common = {host, 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z'}

const published = {
  'GET Object': {
    headers: headersOf(
      {...common, range: 'bytes=0-9'},
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ),
    method: 'GET',
    path: '/test.txt',
    query: [],
  },
  'GET bucket lifecycle': {
    headers: headersOf(common, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'),
    method: 'GET',
    path: '/',
    query: [['lifecycle', '']],
  },
  'list objects': {
    headers: headersOf(common, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'),
    method: 'GET',
    path: '/',
    query: [
      ['prefix', 'J'],
      ['max-keys', '2'],
    ],
  },
  'presigned GET': {
    headers: {host},
    method: 'GET',
    path: '/test.txt',
    query: [
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', credential],
      ['X-Amz-Date', '20130524T000000Z'],
      ['X-Amz-Expires', '86400'],
      ['X-Amz-SignedHeaders', 'host'],
      ['X-Amz-Signature', 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'],
    ],
  },
  'PUT Object': {
    headers: headersOf(
      {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        host,
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ),
    method: 'PUT',
    path: '/test%24file.text',
    query: [],
  },
} satisfies Record<string, {headers: Record<string, string>; method: string; path: string; query: [string, string][]}>

test.each(Object.entries(published))('%s, as published, is accepted', (_, request) => {
  expect(() => verifySignature({...request, query: request.query as [string, string][]}, trust)).not.toThrow()
})

test.each(Object.entries(published))('%s, with another path, is refused', (_, request) => {
  const forged = {...request, path: `${request.path}x`, query: request.query as [string, string][]}
  expect(() => verifySignature(forged, trust)).toThrow(/signature we calculated does not match/)
})

const chunk = (header: string, bytes: string): string => `${header}\r\n${bytes}\r\n`
const streamed = (
  more: Record<string, string>,
  signature: string,
): {headers: Record<string, string>; method: string; path: string; query: []} => ({
  headers: headersOf(
    {
      'content-encoding': 'aws-chunked',
      host: 's3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-decoded-content-length': '66560',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      ...more,
    },
    signature,
  ),
  method: 'PUT',
  path: '/examplebucket/chunkObject.txt',
  query: [],
})

test('the published chunked upload is accepted, and refused when a byte differs', () => {
  const request = streamed(
    {'content-length': '66824', 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'},
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  )
  const wire =
    chunk(
      '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      'a'.repeat(65_536),
    ) +
    chunk('400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', 'a'.repeat(1024)) +
    chunk('0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9', '')
  const verified = verifySignature(request, trust)
  expect(decodeBody(Buffer.from(wire), verified, request.headers).body.toString()).toBe('a'.repeat(66_560))
  expect(() => decodeBody(Buffer.from(wire.replace('aaaa', 'aaab')), verified, request.headers)).toThrow(
    /chunk signature/,
  )
  expect(() => decodeBody(Buffer.from(wire.slice(0, -90)), verified, request.headers)).toThrow(
    /terminated unexpectedly/,
  )
})

test('the published chunked upload with a trailer is accepted, its checksum is verified', () => {
  const request = streamed(
    {'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'x-amz-trailer': 'x-amz-checksum-crc32c'},
    '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  )
  const wire =
    chunk(
      '10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      'a'.repeat(65_536),
    ) +
    chunk('400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7', 'a'.repeat(1024)) +
    '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n' +
    'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n'
  const verified = verifySignature(request, trust)
  const {body, trailers} = decodeBody(Buffer.from(wire), verified, request.headers)
  expect(verifyChecksums(body, trailers)).toEqual({CRC32C: 'sOO8/Q=='})
  expect(() => verifyChecksums(body.subarray(1), trailers)).toThrow(/CRC32C/)
  expect(() => decodeBody(Buffer.from(wire.replace('sOO8', 'sOO9')), verified, request.headers)).toThrow(
    /chunk signature/,
  )
})

test('what is signed too early, too late, or incompletely is refused', () => {
  const get = {...published['GET Object'], query: [] as [string, string][]}
  expect(() => verifySignature(get, {...trust, now: new Date('2013-05-24T00:15:01Z')})).toThrow(
    expect.objectContaining({code: 'RequestTimeTooSkewed'}),
  )
  expect(() => verifySignature(get, {...trust, now: new Date('2013-05-23T23:44:59Z')})).toThrow(
    expect.objectContaining({code: 'RequestTimeTooSkewed'}),
  )
  expect(() => verifySignature({...get, headers: {...get.headers, 'x-amz-meta-a': 'b'}}, trust)).toThrow(/not signed/)
  const presigned = {...published['presigned GET'], query: published['presigned GET'].query as [string, string][]}
  expect(() => verifySignature(presigned, {...trust, now: new Date('2013-05-25T00:00:01Z')})).toThrow(/expired/)
})

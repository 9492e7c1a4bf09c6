// What the agent makes of a bucket that lies. Whoever can write to it must not be able to fill the dyno's memory.
import {readFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import {runRuby} from '../support/run-ruby.js'

it('reads no more of an answer than it needs, believes none that is no answer of S3, and ends what takes too long', () => {
  const program = readFileSync(new URL('ruby/bucket-lies.rb', import.meta.url), 'utf8')
  expect(
    runRuby(['heapdump/log', 'heapdump/configuration', 'heapdump/bucket_errand', 'uploader/bucket'], program),
  ).toEqual({
    children: 0,
    errand: 'the bucket did not answer in time',
    outcomes: {
      'HTML for a list': 'S3 answered with something else than a list',
      'a list of over 1 MB': 'S3 sent more than 1048576 bytes where less was due',
      'a text of 8 kB': 8192,
      'an end too early': 'S3 could not be reached: EOFError',
      'an error of 70 kB': 'S3 sent more than 65536 bytes where less was due',
      'an escape for a region': 'S3 said 301 PermanentRedirect',
      'gzip that nobody asked for': true,
      'half a list': 'S3 answered with something else than a list',
      'markup for an ETag': 'S3 answered without an ETag',
      'markup for an upload id': 'S3 answered without an upload id',
      'no end': 'S3 sent more than 8192 bytes where less was due',
      'no length, no end': 'S3 sent more than 8192 bytes where less was due',
      'one byte more': 'S3 sent more than 8192 bytes where less was due',
      'one token for ever': ['a', 'a'],
    },
  })
})

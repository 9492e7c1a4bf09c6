// How the agent handles a hostile bucket. Someone who can write to it must not be able to fill the dyno's memory.
import {readFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import {runRuby} from '../support/run-ruby.js'

it('limits the size and time of responses, and rejects those that S3 would not send', () => {
  const program = readFileSync(new URL('ruby/bucket-lies.rb', import.meta.url), 'utf8')
  expect(
    runRuby(['heapdump/log', 'heapdump/configuration', 'heapdump/bucket_errand', 'uploader/bucket'], program),
  ).toEqual({
    children: 0,
    errand: 'the bucket did not answer in time',
    outcomes: {
      'HTML instead of a listing': 'S3 returned something other than a listing',
      'a listing over 1 MB': 'S3 sent more than the expected 1048576 bytes',
      'a text of 8 kB': 8192,
      'a premature end': 'S3 could not be reached: EOFError',
      'an error of 70 kB': 'S3 sent more than the expected 65536 bytes',
      'an escape sequence as region': 'S3 returned 301 PermanentRedirect',
      'half a listing': 'S3 returned something other than a listing',
      'markup as ETag': 'S3 returned no ETag',
      'markup as upload id': 'S3 returned no upload id',
      'no end': 'S3 sent more than the expected 8192 bytes',
      'no length, no end': 'S3 sent more than the expected 8192 bytes',
      'one byte more': 'S3 sent more than the expected 8192 bytes',
      'the same token forever': ['a', 'a'],
      'unrequested gzip': true,
    },
  })
})

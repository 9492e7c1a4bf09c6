// docs/schema follows from the types, and every printed document is checked against it (test/support/documents.ts).
import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {fileOf, makeSchemas} from '../../scripts/schemas.js'
import {faultsOf, schemaDirectory} from '../support/documents.js'

const schemas = makeSchemas()

it('has an up-to-date schema for each command with a document (node scripts/schemas.js)', () => {
  expect(readdirSync(schemaDirectory).toSorted()).toEqual(Object.keys(schemas).map(fileOf).toSorted())
  for (const [name, schema] of Object.entries(schemas))
    expect(JSON.parse(readFileSync(join(schemaDirectory, fileOf(name)), 'utf8')), name).toEqual(
      JSON.parse(JSON.stringify(schema)),
    )
  const folder = join(import.meta.dirname, '../../src/commands')
  const commands = readdirSync(folder, {recursive: true})
    .map(String)
    .filter(file => file.endsWith('.ts'))
    .map(file => file.replace(/\.ts$/, '').replaceAll('/', ':'))
  const withoutDocument = commands.filter(id => !(id in schemas))
  expect(withoutDocument).toEqual(['heapdump:explore', 'heapdump:mcp'])
})

describe('a document', () => {
  const url = {expiresAt: '2026-01-01T00:00:00Z', key: 'k', schemaVersion: 1, url: 'https://s3.example/k'}

  it('follows its schema', () => {
    expect(faultsOf('heapdump:url', url)).toEqual([])
    expect(faultsOf('heapdump:list', [])).toEqual([])
  })

  it.each([
    ['a key of another type', {...url, key: 7}],
    ['a key too few', {...url, key: undefined}],
    ['a key that no type has', {...url, more: 1}],
    ['no version', {...url, schemaVersion: undefined}],
    ['an error without a code', {error: {hint: null, message: ''}, schemaVersion: 1}],
  ])('with %s does not', (_, document) => {
    expect(faultsOf('heapdump:url', JSON.parse(JSON.stringify(document)))).not.toEqual([])
  })
})

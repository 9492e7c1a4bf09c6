// A dump read the plainest way: all of it in memory, JSON.parse a line. The measure for the scanner, so nothing of src is used here.
import {gunzipSync} from 'node:zlib'
import {rereadOldClasses} from './older-classes.js'
import {giveBackVariables} from './variable-records.js'

const NOT_OBJECTS = new Set(['ROOT', 'SHAPE', 'NONE'])

function parse(line) {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** Escapes the text that Ruby printed raw: from the key before it to the last place where the record goes on. */
function mend(broken) {
  for (const [key, next] of [
    ['file', 'line'],
    ['file', 'generation'],
    ['file', 'memsize'],
    ['name', 'references'],
  ]) {
    const start = broken.indexOf(`"${key}":"`) + key.length + 4
    const end = broken.lastIndexOf(`", "${next}":`)
    if (start < key.length + 4 || end < start) continue
    const mended = parse(
      broken.slice(0, start) + JSON.stringify(broken.slice(start, end)).slice(1, -1) + broken.slice(end),
    )
    if (mended !== null) return mended
  }

  throw new Error(`no record: ${broken}`)
}

/**
 * The records of a complete dump (Buffer, gzipped or not). Lines that are no JSON must be raw texts, perhaps with line breaks in
 * them; anything else throws. `objects` in the order of the dump, `byAddress` the first record of each address, `malformed` the
 * number of lines that are no JSON.
 */
export function readDump(bytes) {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  const lines = plain.toString('utf8').split('\n')
  const records = []
  let malformed = 0
  for (let at = 0; at < lines.length; at++) {
    if (lines[at].trim() === '') continue
    const record = parse(lines[at])
    if (record !== null) {
      records.push(record)
      continue
    }

    let broken = lines[at]
    malformed++
    while (
      at + 1 < lines.length &&
      parse(lines[at + 1]) === null &&
      !lines[at + 1].startsWith('{') &&
      !broken.endsWith('}}')
    ) {
      broken += `\n${lines[++at]}`
      malformed++
    }

    records.push(mend(broken))
  }

  const objects = records.filter(record => !NOT_OBJECTS.has(record.type))
  const byAddress = new Map()
  for (const object of objects) if (!byAddress.has(object.address)) byAddress.set(object.address, object)
  rereadOldClasses(objects, byAddress)
  giveBackVariables(objects, byAddress)
  return {
    byAddress,
    malformed,
    objects,
    roots: records.filter(record => record.type === 'ROOT'),
    shapes: records.filter(record => record.type === 'SHAPE'),
  }
}

// Hand-written heaps, whose owners and sums can be checked by eye. The real reader reads them.
import {readSubject} from '../../src/lib/analysis/session/read-subject.js'
import type {Subject} from '../../src/lib/analysis/objects/subject.js'
import type {MemoryRecord} from '../../src/lib/memory-record.js'
import type {ProcessHistory} from '../../src/lib/process-history.js'
import {ignoreProgress} from '../../src/lib/progress.js'

export type WrittenHeap = {
  readonly subject: Subject
  /** The dump as Ruby would print it. */
  readonly text: string
  address(name: string): string
  index(name: string): number
  /** The name of the object at an address. */
  name(address: string): string
}

const FIRST_ADDRESS = 0x7f0000010000
const SLOT = 40

/**
 * One record per line: `name TYPE:Class memsize key=value … > referenced names`, and `ROOT category > names`. The class
 * is the name of another line and optional; `SHAPE id parent @name` is a shape. `at=FILE:LINE` and `gen=N` are the
 * allocation site and generation; other keys are the dump's own.
 *
 *     ROOT vm > Cache
 *     Cache  CLASS 500 name=Cache > store
 *     store  HASH:Hash 168 size=1 gen=3 at=/app/cache.rb:2 > text
 *     text   STRING 40 value="two words"
 */
export async function heapOf(
  lines: string,
  dump: {
    readonly memory?: MemoryRecord | undefined
    readonly past?: ProcessHistory | undefined
    readonly processBytes?: number
  } = {},
): Promise<WrittenHeap> {
  const records = lines
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(parseLine)
  const addresses = new Map<string, string>()
  for (const {name, fields} of records) {
    const address = fields.address ?? `0x${(FIRST_ADDRESS + addresses.size * SLOT).toString(16)}`
    if (name !== null) addresses.set(name, String(address))
  }

  const addressOf = (name: string) => {
    const address = addresses.get(name)
    if (address === undefined) throw new Error(`No line is named ${name}.`)
    return address
  }

  const text = records
    .map(({name, fields, className, references}) => {
      const named = name === null ? {} : {address: addressOf(name)}
      const classed = className === null ? {} : {class: addressOf(className)}
      const superclass = typeof fields.superclass === 'string' ? {superclass: addressOf(fields.superclass)} : {}
      const pointed = references.length === 0 ? {} : {references: references.map(addressOf)}
      return `${print({...named, ...fields, ...classed, ...superclass, ...pointed})}\n`
    })
    .join('')
  const bytes = new TextEncoder().encode(text)
  const source = {
    dumpBytes: bytes.length,
    recorded: Promise.resolve({memory: dump.memory ?? null, past: dump.past ?? null}),
    processBytes: dump.processBytes ?? null,
    source: 'written by hand',
    storedBytes: bytes.length,
  }
  const subject = await readSubject(source, chunksOf(bytes), {onProgress: ignoreProgress})
  return {
    address: addressOf,
    index: name => subject.heap.find(addressOf(name)),
    name: address => [...addresses].find(([, one]) => one === address)?.[0] ?? address,
    subject,
    text,
  }
}

type Written = {
  readonly name: string | null
  readonly className: string | null
  readonly fields: Record<string, unknown>
  readonly references: readonly string[]
}

function parseLine(line: string): Written {
  const [head, tail = ''] = line.split(/ > ?/)
  const references = tail.split(' ').filter(Boolean)
  if (head.startsWith('ROOT '))
    return {className: null, fields: {root: head.slice(5).trim(), type: 'ROOT'}, name: null, references}
  const [, id, parent, edge] = /^SHAPE (\d+) (\d+) (\S+)$/.exec(line) ?? []
  if (id !== undefined) {
    const fields = {
      address: `0x7e0000000${id}0`,
      edge_name: edge,
      id: Number(id),
      memsize: 24,
      parent_id: Number(parent),
      type: 'SHAPE',
    }
    return {className: null, fields, name: null, references: []}
  }

  const [, name, typeAndClass, memsize, rest] = /^(\S+)\s+(\S+)\s+(\d+)\s*(.*)$/.exec(head.trim()) ?? []
  if (name === undefined) throw new Error(`Not a record: ${line}`)
  const [type, className = null] = typeAndClass.split(/:(.*)/)
  const fields: Record<string, unknown> = {type}
  for (const [, key, value] of rest.matchAll(/([\w]+)=("(?:[^"\\]|\\.)*"|\S+)/g)) {
    if (key === 'at') {
      const [, file, line_] = /^(.*?)(?::(\d+))?$/.exec(value) ?? []
      fields.file = file
      if (line_ !== undefined) fields.line = Number(line_)
    } else {
      fields[key === 'gen' ? 'generation' : key] = /^("|\{|-?\d+$|true$)/.test(value) ? JSON.parse(value) : value
    }
  }

  return {className, fields: {...fields, memsize: Number(memsize)}, name, references}
}

/** Prints like Ruby: a space after each comma, none after the colon, file and line and memsize last. */
function print(record: Record<string, unknown>): string {
  const last = ['references', 'file', 'line', 'method', 'generation', 'memsize']
  const keys = ['address', 'type', 'class'].filter(key => key in record)
  keys.push(
    ...Object.keys(record).filter(key => !keys.includes(key) && !last.includes(key)),
    ...last.filter(key => key in record),
  )
  const text = (value: unknown) =>
    Array.isArray(value) ? `[${value.map(one => JSON.stringify(one)).join(', ')}]` : JSON.stringify(value)
  return `{${keys.map(key => `"${key}":${text(record[key])}`).join(', ')}}`
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

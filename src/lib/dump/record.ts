// One record as JSON.parse gives it → the builder: what the scanner does for well-printed lines, for all the others. Slow and plain.
import type {HeapBuilder} from '../heap/heap-builder.js'
import {FLAG, NONE} from '../heap/heap.js'
import {NO_LINE, NO_SITE} from '../heap/site-table.js'

export type RawRecord = Readonly<Record<string, unknown>>

const encoder = new TextEncoder()

/** A record is an object with a type and, but for ROOT, an address. */
export function isRecord(value: unknown): value is RawRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const record = value as RawRecord
  if (record.type === 'ROOT') return typeof record.root === 'string'
  return typeof record.type === 'string' && typeof record.address === 'string'
}

export function addRecord(builder: HeapBuilder, record: RawRecord): void {
  switch (record.type) {
    case 'NONE':
      return
    case 'ROOT':
      builder.root(record.root as string, references(record).map(address => codeOf(builder, address)))
      return
    case 'SHAPE':
      if (typeof record.id === 'number') {
        builder.shapes.add(record.id, numberOr(record.parent_id, null), textOr(record.edge_name, null))
      }

      return
    default:
      addObject(builder, record, record.type as string)
  }
}

function addObject(builder: HeapBuilder, record: RawRecord, typeName: string): void {
  for (const address of references(record)) builder.reference(codeOf(builder, address))
  const imemo = typeName === 'IMEMO' && record.imemo_type !== 'fields'
  const superclass = textOr(record.superclass, null)
  if (superclass !== null) builder.superclass(codeOf(builder, superclass))
  const slotSize = numberOr(record.slot_size, 0)
  if (slotSize > 0) builder.slotSize(codeOf(builder, record.address as string), slotSize)

  builder.add(
    codeOf(builder, record.address as string),
    builder.typeCode(typeName),
    typeof record.class === 'string' && !imemo ? codeOf(builder, record.class) : NONE,
    Math.max(0, numberOr(record.memsize, 0)),
    siteOf(builder, record),
    Math.max(-1, numberOr(record.generation, -1)),
    detailOf(builder, record, typeName),
    numberOr(record.bytesize ?? record.length ?? record.size ?? record.ivars ?? record.fd, 0),
    numberOr(record.shape_id, -1) + 1,
    flagsOf(record),
  )
}

function siteOf(builder: HeapBuilder, record: RawRecord): number {
  if (typeof record.file !== 'string') return NO_SITE
  const site = builder.sites.idOf(builder.sites.files.idOfText(record.file), numberOr(record.line, NO_LINE))
  if (typeof record.method === 'string' && builder.sites.needsMethod(site)) {
    builder.sites.setMethod(site, builder.sites.methods.idOfText(record.method))
  }

  return site
}

function detailOf(builder: HeapBuilder, record: RawRecord, typeName: string): number {
  if (typeName === 'STRING' || typeName === 'SYMBOL') {
    if (typeof record.value !== 'string') return NONE
    const bytes = encoder.encode(record.value)
    return builder.values.add(bytes, 0, bytes.length)
  }

  const text = record.name ?? record.real_class_name ?? record.imemo_type ?? record.struct
  return typeof text === 'string' ? builder.texts.idOfText(text) : NONE
}

function flagsOf(record: RawRecord): number {
  let flags = 0
  if (record.frozen === true) flags |= FLAG.frozen
  if (record.embedded === true) flags |= FLAG.embedded
  if (record.shared === true) flags |= FLAG.shared
  if (record.fstring === true) flags |= FLAG.fstring
  if (record.singleton === true) flags |= FLAG.singleton
  if (typeof record.name === 'string') flags |= FLAG.named
  if (record.too_complex_shape === true) flags |= FLAG.tooComplex
  return flags | markBits(record.flags as RawRecord | null | undefined)
}

/** What is kept of a record's `flags`. */
export function markBits(marks: RawRecord | null | undefined): number {
  return marks?.wb_protected === true && marks.old !== true ? FLAG.young : 0
}

function references(record: RawRecord): readonly string[] {
  return Array.isArray(record.references) ? record.references.filter(address => typeof address === 'string') : []
}

function codeOf(builder: HeapBuilder, address: string): number {
  const digits = address.replace(/^0x0*/i, '').toLowerCase()
  if (!/^[0-9a-f]{0,12}$/.test(digits)) return builder.codes.codeOfDigits(digits)
  const value = Number.parseInt(digits || '0', 16)
  return builder.codes.code(Math.floor(value / 65536) | 0, value % 65536)
}

function numberOr<Default>(value: unknown, otherwise: Default): number | Default {
  return typeof value === 'number' ? value : otherwise
}

function textOr<Default>(value: unknown, otherwise: Default): string | Default {
  return typeof value === 'string' ? value : otherwise
}

// A record from JSON.parse → the builder. Handles the lines that the scanner does not read; slow and simple.
import type {HeapBuilder} from '../heap/heap-builder.js'
import {FLAG, NONE} from '../heap/columns.js'
import {NO_LINE, NO_SITE} from '../heap/site-table.js'

export type RawRecord = Readonly<Record<string, unknown>>

const encoder = new TextEncoder()

/** At most 64 bits. Whatever is shown as an address, and proposed in commands, matches this. */
const ADDRESS = /^0x[0-9a-f]{1,16}$/
/** Numbers that are stored. No size exceeds the user address space (2^47), so sums stay exact. */
const NUMBERS = [
  'memsize',
  'bytesize',
  'length',
  'size',
  'ivars',
  'slot_size',
  'shape_id',
  'line',
  'generation',
  'id',
  'parent_id',
] as const
const MOST = 2 ** 47
/** The heap's columns have 32 bits, except memsizes. */
const MOST_IN_COLUMN = 2 ** 31 - 1

/**
 * Whether it is an object with a type and, except for ROOT, an address, and all its addresses and numbers are valid.
 */
export function isRecord(value: unknown): value is RawRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const record = value as RawRecord
  if (!references(record).every(isAddress)) return false
  if (record.type === 'ROOT') return typeof record.root === 'string'
  return (
    typeof record.type === 'string' &&
    hasAddresses(record) &&
    NUMBERS.every(name => isSound(record[name])) &&
    isSound(record.fd, -1)
  )
}

function isAddress(text: unknown): boolean {
  return typeof text === 'string' && ADDRESS.test(text)
}

function hasAddresses(record: RawRecord): boolean {
  return (
    isAddress(record.address) &&
    [keepsClass(record) ? record.class : undefined, record.superclass].every(
      text => typeof text !== 'string' || isAddress(text),
    )
  )
}

/**
 * Up to Ruby 3.3, the class printed for an imemo is really a word of its data. From 4.0 on, that of `fields` is the object
 * that they belong to.
 */
function keepsClass({type, imemo_type: imemoType}: RawRecord): boolean {
  return type !== 'IMEMO' || imemoType === 'fields'
}

/** Whether Ruby could have printed this number; true for other types. */
export function isSound(value: unknown, least = 0): boolean {
  return typeof value !== 'number' || (Number.isInteger(value) && value >= least && value < MOST)
}

export function addRecord(builder: HeapBuilder, record: RawRecord): void {
  switch (record.type) {
    case 'NONE':
      return
    case 'ROOT':
      builder.root(
        record.root as string,
        references(record).map(address => codeOf(builder, address)),
      )
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
  const superclass = textOr(record.superclass, null)
  if (superclass !== null) builder.superclass(codeOf(builder, superclass))
  const slotSize = inColumn(numberOr(record.slot_size, 0))
  if (slotSize > 0) builder.slotSize(codeOf(builder, record.address as string), slotSize)

  builder.add(
    codeOf(builder, record.address as string),
    builder.typeCode(typeName),
    typeof record.class === 'string' && keepsClass(record) ? codeOf(builder, record.class) : NONE,
    numberOr(record.memsize, 0),
    siteOf(builder, record),
    inColumn(numberOr(record.generation, -1)),
    detailOf(builder, record, typeName),
    inColumn(numberOr(record.bytesize ?? record.length ?? record.size ?? record.ivars ?? record.fd, 0)),
    inColumn(numberOr(record.shape_id, -1) + 1),
    flagsOf(record),
  )
}

function siteOf(builder: HeapBuilder, record: RawRecord): number {
  if (typeof record.file !== 'string') return NO_SITE
  const site = builder.sites.idOf(builder.sites.files.idOfText(record.file), inColumn(numberOr(record.line, NO_LINE)))
  if (typeof record.method === 'string' && builder.sites.needsMethod(site)) {
    builder.sites.setMethod(site, builder.sites.methods.idOfText(record.method))
  }

  return site
}

function detailOf(builder: HeapBuilder, record: RawRecord, typeName: string): number {
  if (typeName === 'STRING' || typeName === 'SYMBOL') {
    if (typeof record.value !== 'string') return NONE
    const bytes = encoder.encode(record.value)
    return builder.values.add(bytes, 0, bytes.length, record.frozen === true && record.fstring !== true)
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

/** The stored part of a record's `flags`. */
function markBits(marks: RawRecord | null | undefined): number {
  return marks?.wb_protected === true && marks.old !== true ? FLAG.young : 0
}

function references(record: RawRecord): readonly string[] {
  return Array.isArray(record.references) ? record.references.filter(address => typeof address === 'string') : []
}

function codeOf(builder: HeapBuilder, address: string): number {
  const digits = address.replace(/^0x0*/, '')
  if (digits.length > 12) return builder.codes.codeOfDigits(digits)
  const value = Number.parseInt(digits || '0', 16)
  return builder.codes.code(Math.floor(value / 65536) | 0, value % 65536)
}

function numberOr<Default>(value: unknown, otherwise: Default): number | Default {
  return typeof value === 'number' ? value : otherwise
}

function inColumn(value: number): number {
  return Math.min(value, MOST_IN_COLUMN)
}

function textOr<Default>(value: unknown, otherwise: Default): string | Default {
  return typeof value === 'string' ? value : otherwise
}

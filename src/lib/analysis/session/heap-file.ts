// A dump that was read, in a file: its heap without string contents, its suspects and its history. Reading it back takes
// a twentieth of the time that reading the dump takes. The caller chooses the file's name and owns what becomes of it.
//
//     magic, key (32 bytes), length of the facts, SHA-1 of everything after it, facts (JSON), columns
import {createHash, type Hash} from 'node:crypto'
import {closeSync, fstatSync, openSync, readSync, writeSync} from 'node:fs'
import {type HeapFacts, plainHeap, RestoredMemory} from '../../heap/plain-heap.js'
import type {ReadResult} from '../../dump/read-heap.js'
import type {MemoryRecord} from '../../memory-record.js'
import type {HistoryReport} from '../history/judge-history.js'
import {Subject} from '../objects/subject.js'
import {givenNames} from '../objects/thread-names.js'
import {findSuspects, rememberSuspects} from '../suspects/find-suspects.js'
import type {Suspect} from '../suspects/finding.js'

export type HeapFile = {
  readonly path: string
  /** Identifies the dump and the analyzer's code: 64 hexadecimal digits. */
  readonly key: string
}

type Facts = {
  readonly heap: HeapFacts
  readonly read: Omit<ReadResult, 'heap'>
  readonly history: HistoryReport | null
  readonly record: MemoryRecord | null
  readonly suspects: readonly Suspect[]
}

/** The key changes with the format, because it depends on this code. */
const MAGIC = Buffer.from('HEAPDMP1')
const KEY_BYTES = 32
const HASH = 'sha1'
const HASH_BYTES = 20
const HEADER_BYTES = MAGIC.length + KEY_BYTES + 4 + HASH_BYTES
/** Small enough to be in the processor's cache when the hash reads it. */
const PIECE_BYTES = 1 << 18

/**
 * Writes a new file that only its owner can read. Returns false, without a file or with a useless one, if the dump was
 * incomplete or its file would be larger than `mostBytes`. Throws what the file system throws.
 */
export function writeHeapFile({path, key}: HeapFile, subject: Subject, mostBytes: number): boolean {
  const {heap, ...read} = subject.read
  if (read.truncated) return false
  const {columns, facts: heapFacts} = plainHeap(heap, givenNames(heap))
  const {history, record} = subject
  const facts: Facts = {heap: heapFacts, history, read, record, suspects: findSuspects(subject)}
  const text = Buffer.from(JSON.stringify(facts))
  const bytes = columns.reduce((sum, column) => sum + column.length, HEADER_BYTES + text.length)
  if (bytes > mostBytes) return false
  const file = openSync(path, 'wx', 0o600)
  try {
    const hash = createHash(HASH)
    let position = HEADER_BYTES
    for (const column of [text, ...columns]) position = writeAll(file, column, position, hash)
    // Last, so that an unfinished file is not valid.
    writeAll(file, headerOf(key, text.length, hash.digest()), 0)
    return true
  } finally {
    closeSync(file)
  }
}

/** Throws if it is not a complete file of this key that only its owner, who runs this, can read. */
export function readHeapFile({path, key}: HeapFile, dump: {source: string; processBytes: number | null}): Subject {
  const file = openSync(path, 'r')
  try {
    const {mode, size, uid} = fstatSync(file)
    const isPrivate = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)
    if (!isPrivate) throw unusable('not private')
    const header = readAll(file, Buffer.alloc(HEADER_BYTES), 0)
    const factsBytes = header.readUInt32LE(MAGIC.length + KEY_BYTES)
    const written = header.subarray(HEADER_BYTES - HASH_BYTES)
    if (!headerOf(key, factsBytes, written).equals(header)) throw unusable('not of this dump')
    if (HEADER_BYTES + factsBytes > size) throw unusable('cut')
    const hash = createHash(HASH)
    const text = readAll(file, Buffer.alloc(factsBytes), HEADER_BYTES, hash)
    const facts = JSON.parse(text.toString()) as Facts
    const memory = new RestoredMemory(facts.heap)
    if (HEADER_BYTES + factsBytes + memory.bytes.length !== size) throw unusable('cut')
    readAll(file, memory.bytes, HEADER_BYTES + factsBytes, hash)
    if (!hash.digest().equals(written)) throw unusable('damaged')
    const result = {...facts.read, heap: memory.heap()}
    const subject = new Subject(dump.source, result, dump.processBytes, facts.history, facts.record)
    rememberSuspects(subject, facts.suspects)
    return subject
  } finally {
    closeSync(file)
  }
}

function headerOf(key: string, factsBytes: number, hash: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(factsBytes)
  return Buffer.concat([MAGIC, Buffer.from(key, 'hex'), length, hash])
}

/** Returns the position after it. */
function writeAll(file: number, bytes: Uint8Array, position: number, hash?: Hash): number {
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + PIECE_BYTES)
    const written = writeSync(file, piece, 0, piece.length, position + at)
    hash?.update(piece.subarray(0, written))
    at += written
  }

  return position + bytes.length
}

function readAll<Bytes extends Uint8Array>(file: number, bytes: Bytes, position: number, hash?: Hash): Bytes {
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + PIECE_BYTES)
    const read = readSync(file, piece, 0, piece.length, position + at)
    if (read === 0) throw unusable('cut')
    hash?.update(piece.subarray(0, read))
    at += read
  }

  return bytes
}

function unusable(why: string): Error {
  return new Error(`The file is ${why}.`)
}

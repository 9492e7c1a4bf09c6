// Reads a profile for pprof straight from its bytes: https://github.com/google/pprof/blob/main/proto/profile.proto
import {gunzipSync} from 'node:zlib'

type Field = {readonly number: number; readonly value: bigint | Buffer}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }

  while (at < bytes.length) {
    const tag = Number(varint())
    const [number, wire] = [tag >> 3, tag & 7]
    if (wire === 0) yield {number, value: varint()}
    else if (wire === 2) {
      const length = Number(varint())
      yield {number, value: bytes.subarray(at, (at += length))}
    } else throw new Error(`Wire type ${wire} is not in a profile.`)
  }
}

function all(message: Buffer, number: number): Buffer[] {
  return [...fieldsOf(message)].flatMap(({number: found, value}) =>
    found === number && typeof value !== 'bigint' ? [value] : [],
  )
}

/** Packed or not. */
function numbers(message: Buffer, number: number): number[] {
  return [...fieldsOf(message)].flatMap(({number: found, value}) => {
    if (found !== number) return []
    return typeof value === 'bigint' ? [Number(value)] : [...packed(value)]
  })
}

function* packed(bytes: Buffer): Generator<number> {
  let value = 0n
  let shift = 0n
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift
    shift = byte < 128 ? 0n : shift + 7n
    if (byte < 128) {
      yield Number(value)
      value = 0n
    }
  }
}

export type ReadProfile = {
  /** `shallow bytes` */
  readonly types: readonly string[]
  readonly defaultType: string
  readonly comments: readonly string[]
  readonly timeNanos: bigint
  readonly samples: ReadonlyArray<{
    /** The outermost first; `name FILE:LINE` if it has a file. */
    readonly stack: readonly string[]
    readonly values: readonly number[]
  }>
}

export function readPprof(file: Buffer): ReadProfile {
  const profile = gunzipSync(file)
  const strings = all(profile, 6).map(String)
  const [first] = strings
  if (first !== '') throw new Error('The first string must be empty.')
  const one = (message: Buffer, number: number) => numbers(message, number)[0] ?? 0
  const functions = new Map(
    all(profile, 5).map(message => [one(message, 1), {file: strings[one(message, 4)], name: strings[one(message, 2)]}]),
  )
  const locations = new Map(
    all(profile, 4).map(message => {
      const [line] = all(message, 4)
      const {file: path = '', name = '?'} = functions.get(one(line, 1)) ?? {}
      return [one(message, 1), path === '' ? name : `${name} ${path}:${one(line, 2)}`]
    }),
  )
  return {
    comments: numbers(profile, 13).map(at => strings[at]),
    defaultType: strings[one(profile, 14)],
    samples: all(profile, 2).map(message => ({
      stack: numbers(message, 1)
        .map(id => locations.get(id) ?? '?')
        .toReversed(),
      values: numbers(message, 2),
    })),
    timeNanos: BigInt(
      [...fieldsOf(profile)].flatMap(({number, value}) =>
        number === 9 && typeof value === 'bigint' ? [value] : [],
      )[0] ?? 0n,
    ),
    types: all(profile, 1).map(message => `${strings[one(message, 1)]} ${strings[one(message, 2)]}`),
  }
}

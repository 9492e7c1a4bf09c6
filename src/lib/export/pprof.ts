// Stacks as a profile for pprof, speedscope and other viewers.
import {promisify} from 'node:util'
import {gzip} from 'node:zlib'
import type {Stacks} from '../analysis/export/stacks.js'
import {printable} from '../printable.js'

type About = {
  /** ISO 8601, UTC: when the dump was taken; null: unknown. */
  readonly createdAt: string | null
  readonly title: string
  readonly notes: readonly string[]
}

/** Gzipped, as pprof expects it. */
export async function pprofOf({frames, stacks}: Stacks, {createdAt, notes, title}: About): Promise<Uint8Array> {
  const {Function, Line, Location, Profile, Sample, StringTable, ValueType} = await import('pprof-format')
  const stringTable = new StringTable()
  const text = (value: string) => stringTable.dedup(printable(value))
  const valueType = (type: string, unit: string) => new ValueType({type: text(type), unit: text(unit)})
  // Ids count from 1.
  const functions = frames.map(
    ({file, name}, at) => new Function({filename: file === null ? 0 : text(file), id: at + 1, name: text(name)}),
  )
  const locations = frames.map(
    ({line}, at) => new Location({id: at + 1, line: [new Line({functionId: at + 1, line: line ?? 0})]}),
  )
  const samples = stacks.map(
    stack =>
      new Sample({
        // The innermost one first.
        locationId: stack.frames.map(frame => frame + 1).toReversed(),
        value: [stack.retainedSize, stack.memsize, stack.objects],
      }),
  )
  const profile = new Profile({
    comment: [title, ...notes].map(text),
    // Viewers add up samples, which is right for shallow sizes.
    defaultSampleType: text('shallow'),
    function: functions,
    location: locations,
    sample: samples,
    sampleType: [valueType('retained', 'bytes'), valueType('shallow', 'bytes'), valueType('objects', 'count')],
    stringTable,
    timeNanos: createdAt === null ? 0 : BigInt(Date.parse(createdAt)) * 1_000_000n,
  })
  return promisify(gzip)(profile.encode())
}

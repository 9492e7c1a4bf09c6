import {describe, expect, it} from 'vitest'
import {prepareDiff} from '../../../src/lib/inputs/dumps-of-diff.js'
import type {NamedDump} from '../../../src/lib/inputs/named-dump.js'
import {readCatalogue} from '../../../src/lib/store/dump-key.js'
import type {GcStat} from '../../../src/lib/process-history.js'

async function* nothing(): AsyncGenerator<Uint8Array> {}

function stored(stem: string, release: string, gc: GcStat | null = null): NamedDump {
  const key = `heapdump/v1/${stem}.json.gz`
  const [dump] = readCatalogue(
    [key, `heapdump/v1/${stem},process=puma_worker_0,release=${release}.facts`].map(one => ({
      key: one,
      storedBytes: 1,
    })),
  )
  return {
    bytes: {chunks: nothing()},
    origin: [],
    gcStat: async () => gc,
    name: dump.id,
    previous: null,
    source: key,
    facts: null,
    stored: dump,
    storedBytes: 1,
    target: ['--app', 'shop'],
    title: '',
    titleToShare: '',
  }
}

const [early, late] = [
  stored('20261124T081200Z-web.1-14-aaaaaaaa', 'v214'),
  stored('20261124T111200Z-web.1-14-bbbbbbbb', 'v214'),
]

const local = (path: string): NamedDump => ({
  bytes: {path},
  origin: [],
  gcStat: async () => null,
  name: path,
  previous: null,
  source: path,
  facts: null,
  stored: null,
  storedBytes: 1,
  target: [],
  title: path,
  titleToShare: path,
})

describe('before dumps are read', () => {
  it('knows the time between them', async () => {
    expect(await prepareDiff([early, late])).toMatchObject({hours: [3], movement: 'none', warnings: []})
  })

  it('uses the time in the name of a download, not the time of the file', async () => {
    const directory = import.meta.dirname
    const {hours, dumps} = await prepareDiff([
      early,
      {...local(import.meta.filename), source: `${directory}/20261124T091200Z-web.1-14-cccccccc.json.gz`},
    ])
    expect(hours).toEqual([1])
    expect(dumps[1]).toMatchObject({dyno: 'web.1', pid: 14})
    expect((await prepareDiff([early, local(import.meta.filename)])).hours).toEqual([null])
  })

  it.each([
    [
      'pid',
      stored('20261124T111200Z-web.1-15-bbbbbbbb', 'v214'),
      /^The dumps differ in process: .* is from pid 14, .* is from pid 15\.$/,
    ],
    [
      'dyno',
      stored('20261124T111200Z-web.2-14-bbbbbbbb', 'v214'),
      /^The dumps differ in dyno: .* is from web\.1, .* is from web\.2\.$/,
    ],
    [
      'release',
      stored('20261124T111200Z-web.1-14-bbbbbbbb', 'v215'),
      /^The dumps differ in release: .* is from v214, .* is from v215\.$/,
    ],
  ])('warns that they differ in %s', async (_field, other, warning) => {
    const {movement, warnings} = await prepareDiff([early, other])
    expect(movement).toBe('other-process')
    expect(warnings).toEqual([expect.stringMatching(warning)])
  })

  it('compares the counters of the GC', async () => {
    const movementOf = async (...stats: ReadonlyArray<GcStat | null>) =>
      (await prepareDiff(stats.map((gc, hour) => stored(`20261124T0${hour}1200Z-web.1-14-bbbbbbbb`, 'v214', gc))))
        .movement
    expect(await movementOf({allocated: 10, compactions: 1, count: 5}, {allocated: 20, compactions: 1, count: 5})).toBe(
      'none',
    )
    expect(await movementOf({allocated: 10, compactions: 1, count: 5}, {allocated: 20, compactions: 2, count: 7})).toBe(
      'compacted',
    )
    // After a restart, the process may have the same pid.
    expect(await movementOf({allocated: 10, compactions: 1, count: 5}, {allocated: 9, compactions: 0, count: 7})).toBe(
      'other-process',
    )
    expect(await movementOf({allocated: 10, compactions: 1, count: 5}, null)).toBe('none')
  })
})

describe('rejects', () => {
  it('the same dump twice, under any name', async () => {
    await expect(prepareDiff([early, {...early, name: 'latest'}])).rejects.toMatchObject({code: 'same_dump', exit: 2})
    const path = import.meta.filename
    await expect(
      prepareDiff([
        local(path),
        {...local(path), bytes: {path: `${import.meta.dirname}/../inputs/dumps-of-diff.test.ts`}},
      ]),
    ).rejects.toMatchObject({code: 'same_dump'})
  })

  it('stdin twice', async () => {
    const stdin: NamedDump = {...early, name: '-', source: '-', stored: null, target: []}
    await expect(prepareDiff([stdin, stdin])).rejects.toMatchObject({code: 'stdin_twice', exit: 2})
  })

  it('a newer dump before an older one, and proposes the command', async () => {
    await expect(prepareDiff([late, early])).rejects.toMatchObject({
      code: 'wrong_order',
      exit: 2,
      hint: `Name the oldest first:  heroku heapdump:diff ${early.name} ${late.name} --app shop`,
    })
  })
})

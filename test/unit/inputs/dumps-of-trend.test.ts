import {describe, expect, it} from 'vitest'
import {findSeries} from '../../../src/lib/inputs/dumps-of-trend.js'
import {readCatalogue} from '../../../src/lib/store/dump-key.js'

/** Newest first: hour, dyno, pid, process, release. */
function listOf(
  ...dumps: ReadonlyArray<readonly [hour: number, dyno: string, pid: number, process: string, release: string]>
) {
  const objects = dumps.flatMap(([hour, dyno, pid, process, release], at) => {
    const stem = `heapdump/v1/20261124T${String(hour).padStart(2, '0')}0000Z-${dyno}-${pid}-aaaaaaa${at}`
    return [`${stem}.json.gz`, `${stem},process=${process},release=${release}.facts`]
  })
  return readCatalogue(objects.map(key => ({key, storedBytes: 1})))
}

const hoursOf = (dumps: ReadonlyArray<{createdAt: string}>) =>
  dumps.map(({createdAt}) => new Date(createdAt).getUTCHours())
const options = {last: 5, target: ['--app', 'shop']}

describe('the dumps of a process over time', () => {
  const dumps = listOf(
    [1, 'web.1', 14, 'puma_worker_0', 'v1'],
    [2, 'web.1', 14, 'puma_worker_0', 'v1'],
    [3, 'web.1', 14, 'puma_worker_0', 'v2'],
    [3, 'web.1', 17, 'puma_worker_1', 'v2'],
    [4, 'web.1', 14, 'puma_worker_0', 'v2'],
    [5, 'web.1', 14, 'puma_worker_0', 'v2'],
    [5, 'worker.1', 4, 'sidekiq', 'v2'],
    [6, 'web.1', 15, 'puma_worker_0', 'v2'],
  )

  it('have the dyno and role of the newest dump, and are from one run', () => {
    const series = findSeries(dumps, options)
    expect(series).toMatchObject({dyno: 'web.1', otherProcesses: ['puma worker 1'], process: 'puma worker 0'})
    expect(hoursOf(series.history)).toEqual([1, 2, 3, 4, 5, 6])
    // The newest run has only one dump.
    expect(hoursOf(series.run)).toEqual([3, 4, 5])
  })

  it('are as many as requested, counted from the newest', () => {
    expect(hoursOf(findSeries(dumps, {...options, last: 2}).run)).toEqual([4, 5])
  })

  it('can be chosen by dyno and role', () => {
    const series = findSeries(dumps, {...options, dyno: 'worker.1'})
    expect(series).toMatchObject({dyno: 'worker.1', process: 'sidekiq', run: []})
    expect(hoursOf(findSeries(dumps, {...options, process: 'puma worker 1'}).history)).toEqual([3])
  })

  it('are from one process, even if a restart kept pid and release', () => {
    const booted = (hour: number, boot: number) =>
      [`heapdump/v1/20261124T0${hour}0000Z-web.1-14-aaaaaaa${hour}`].flatMap(stem => [
        `${stem}.json.gz`,
        `${stem},release=v1,boot=${boot}.facts`,
      ])
    const keys = [
      ...booted(1, 1_795_000_000),
      ...booted(2, 1_795_000_000),
      ...booted(3, 1_795_009_000),
      ...booted(4, 1_795_009_000),
    ]
    expect(hoursOf(findSeries(readCatalogue(keys.map(key => ({key, storedBytes: 1}))), options).run)).toEqual([3, 4])
  })

  it('may be missing, with an error that names the others', () => {
    expect(() => findSeries(dumps, {...options, dyno: 'web.9'})).toThrow(
      expect.objectContaining({code: 'no_dumps', hint: expect.stringContaining('worker.1 (sidekiq)')}),
    )
    expect(() => findSeries([], options)).toThrow(
      expect.objectContaining({code: 'no_dumps', hint: expect.stringContaining('heapdump:trigger --app shop')}),
    )
  })
})

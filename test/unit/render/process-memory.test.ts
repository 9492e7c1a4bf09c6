// Where the memory of a process is, as a bar and in shared reports. A record is text from a bucket, so its names may be
// hostile.
import {beforeAll, describe, expect, it} from 'vitest'
import {memoryTree} from '../../../src/lib/analysis/browse/memory-tree.js'
import {type AnalysisReport, report} from '../../../src/lib/analysis/report/report.js'
import type {GroupBytes} from '../../../src/lib/analysis/tables/part-groups.js'
import {reportPage} from '../../../src/lib/render/html/report-page.js'
import {markdownReport} from '../../../src/lib/render/markdown.js'
import {showString} from '../../../src/lib/render/mask.js'
import {barParts} from '../../../src/lib/render/memory-bar.js'
import {heapOf} from '../../support/heaps.js'
import {glibcRecord} from '../../support/memory-records.js'

const HOSTILE = '</td><script>alert(1)</script>|`x`'
const HEAP = 'ROOT vm > Object\nObject CLASS 3000000 name=Object'

describe('the bar', () => {
  const NONE: GroupBytes = {
    agent: 0,
    allocator: 0,
    jit: 0,
    libraries: 0,
    native: 0,
    objects: 0,
    other: 0,
    slots: 0,
    stacks: 0,
  }
  const namesOf = (bytes: Partial<GroupBytes>, width: number) =>
    barParts({...NONE, ...bytes}, width).map(({bytes: size, cells, name}) => [name, size, cells])

  it('is as wide as it should be, and exact to a character', () => {
    expect(namesOf({native: 25e6, objects: 50e6, slots: 25e6}, 78)).toEqual([
      ['live objects', 50e6, 39],
      ['garbage, free slots', 25e6, 20],
      ['native', 25e6, 19],
    ])
    for (const width of [20, 78, 118]) {
      const parts = barParts({...NONE, allocator: 7e6, libraries: 1e6, native: 1, objects: 13e6, other: 5}, width)
      expect(parts.reduce((sum, {cells}) => sum + cells, 0)).toBe(width)
    }
  })

  it('uses short words, and then fewer, where the line is too short', () => {
    const bytes = {
      agent: 2e6,
      allocator: 30e6,
      jit: 12e6,
      libraries: 14e6,
      native: 40e6,
      objects: 100e6,
      slots: 20e6,
      stacks: 4e6,
    }
    const long = [
      'live objects',
      'garbage, free slots',
      'native',
      'free in malloc',
      'JIT',
      'thread stacks',
      'libraries, files',
    ]
    expect(namesOf({...bytes, agent: 0}, 200).map(([name]) => name)).toEqual(long)
    const short = namesOf(bytes, 78)
    expect(short.map(([name]) => name)).toEqual(['live objects', 'native', 'free in malloc', 'rest'])
    expect(short.at(-1)?.[1]).toBe(2e6 + 12e6 + 14e6 + 20e6 + 4e6)
  })

  it('has no word for less than 1 %, and is empty without memory', () => {
    expect(namesOf({native: 5e3, objects: 1e6}, 78).map(([name]) => name)).toEqual(['live objects', 'rest'])
    expect(namesOf({}, 78)).toEqual([])
  })
})

describe('shared reports', () => {
  let analysed: AnalysisReport
  let page = ''
  beforeAll(async () => {
    const record = glibcRecord({extensions: [{gem: HOSTILE, version: HOSTILE}], settings: {[HOSTILE]: HOSTILE}})
    const {subject} = await heapOf(HEAP, {memory: record})
    analysed = report(subject, {top: 5})
    page = reportPage({
      createdAt: new Date(0),
      report: analysed,
      showString,
      showsValues: false,
      title: 'd41',
      tree: memoryTree(subject, {depth: 2, nodes: 9}),
    })
  })

  it('HTML has a bar that is as wide as all of its parts, and a row for each part', () => {
    const bar = /<div class="parts"[^]*?<\/div>/.exec(page)![0]
    const widths = [...bar.matchAll(/<i [^>]*width:([\d.]+)%/g)].map(([, width]) => Number(width))
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100, 0)
    expect(page).toContain('<a href="#memory">Memory</a>')
    const section = /<section class="panel" id="memory">[^]*?<\/section>/.exec(page)![0]
    expect(section.match(/<tr>/g)).toHaveLength(1 + analysed.process!.parts.filter(({bytes}) => bytes > 0).length)
    expect(section).toContain('native memory in use')
    expect(page).not.toContain('<script>alert')
  })

  it('Markdown has the same table', () => {
    const text = markdownReport({report: analysed, showString, title: 'd41'})
    expect(text).toContain('69.9 MB process, ')
    expect(text).toContain('| 15.7 MB | 23 % | free in malloc | Freed memory that glibc keeps')
  })

  it('are as before without a record', async () => {
    const {subject} = await heapOf(HEAP, {processBytes: 9e6})
    const before = report(subject, {top: 5})
    expect(markdownReport({report: before, showString, title: 'd41'})).not.toContain('Process memory')
    const html = reportPage({
      createdAt: new Date(0),
      report: before,
      showString,
      showsValues: false,
      title: 'd41',
      tree: memoryTree(subject, {depth: 2, nodes: 9}),
    })
    expect(html).not.toContain('id="memory"')
    expect(html).toContain('outside the heap: native memory, fragmentation')
  })
})

// The page as text: what a hostile dump could inject, and what must not be in it.
import {beforeAll, describe, expect, it} from 'vitest'
import {type MemoryNode, memoryTree} from '../../../src/lib/analysis/browse/memory-tree.js'
import {rowPaths} from '../../../src/lib/analysis/browse/row-paths.js'
import {type AnalysisReport, report} from '../../../src/lib/analysis/report/report.js'
import {Subject} from '../../../src/lib/analysis/objects/subject.js'
import {reportPage} from '../../../src/lib/render/html/report-page.js'
import {maskText} from '../../../src/lib/analysis/report/mask-text.js'
import {showString} from '../../../src/lib/render/mask.js'
import {dumpOf, read} from '../../support/dump-text.js'
import {suspect} from '../../support/reports.js'

const HOSTILE = `</script><img src=x onerror=alert(1)>"'<script>alert(2)</script>`

describe('the page', () => {
  let analysed: AnalysisReport
  let tree: MemoryNode
  beforeAll(async () => {
    const site = {file: `/app/${HOSTILE}.rb`, generation: 4, line: 3}
    const lines = dumpOf(
      {references: ['0x7f0000000028'], root: HOSTILE, type: 'ROOT'},
      {
        address: '0x7f0000000028',
        memsize: 500,
        name: HOSTILE,
        references: ['0x7f0000000050', '0x7f0000000078'],
        type: 'CLASS',
        ...site,
      },
      {
        address: '0x7f0000000050',
        bytesize: 7,
        class: '0x7f0000000028',
        memsize: 40,
        type: 'STRING',
        value: 'hunter2',
        ...site,
      },
      {
        address: '0x7f0000000078',
        bytesize: 7,
        class: '0x7f0000000028',
        memsize: 40,
        type: 'STRING',
        value: 'hunter2',
        ...site,
        generation: 9,
      },
    )
    const subject = new Subject('heap.json', await read(lines))
    analysed = report(subject, {top: 10})
    tree = memoryTree(subject, {depth: 10, nodes: 100})
  })
  const page = (changes: Partial<AnalysisReport> = {}, showsValues = false) =>
    reportPage({
      createdAt: new Date(0),
      report: {...analysed, suspects: [], ...changes},
      showString: showsValues ? showString : maskText(),
      showsValues,
      title: HOSTILE,
      tree,
    })

  it('explains its words', () => {
    expect(page()).toContain('<dt id="glossary-dominator">dominator</dt><dd>the object through which every owning path')
  })

  it('links words to their meaning', () => {
    const links = [...page().matchAll(/href="#(glossary-[a-z-]+)"/g)].map(([, id]) => id)
    expect(new Set(links)).toContain('glossary-retained-size')
    for (const id of links) expect(page()).toContain(`<dt id="${id}">`)
  })

  it('has only its own markup', () => {
    const step = {
      address: HOSTILE,
      className: HOSTILE,
      label: HOSTILE,
      reference: HOSTILE,
      role: 'class' as const,
      type: HOSTILE,
    }
    const hostile = suspect({
      advice: HOSTILE,
      evidence: [HOSTILE],
      owner: HOSTILE,
      path: [step],
      sites: [{file: HOSTILE, line: 1}],
      title: HOSTILE,
    })
    const text = page({suspects: [hostile]}, true)
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(text).not.toContain('<img')
    expect(text.match(/<script/g)).toHaveLength(2)
    expect(text.match(/<\/script/g)).toHaveLength(2)
    for (const [, link] of text.matchAll(/ href="([^"]*)"/g)) expect(link).toMatch(/^#[a-z]+(-[a-z-]+|-\d+)?$/)
  })

  it('refers to nothing outside the page', () => {
    expect(page().replaceAll('src=x', '')).not.toMatch(/https?:|src=|@import|url\(|<link/)
  })

  it('stays small, however long the names are', async () => {
    const long = (at: number) => `${'<'.repeat(4000)}${at}`
    const address = (at: number) => `0x7f${(0x1000 + at * 40).toString(16).padStart(10, '0')}`
    const all = Array.from({length: 1500}, (_, at) => at)
    const lines = dumpOf(
      {references: all.map(address), root: 'vm', type: 'ROOT'},
      ...all.map(at => ({address: address(at), memsize: 500, name: long(at), references: [], type: 'CLASS'})),
    )
    const subject = new Subject('heap.json', await read(lines))
    const long200 = report(subject, {aliveOnly: true, top: 200})
    const paths = rowPaths(subject, {addresses: long200.dominators.map(row => row.address), classes: [], sites: []})
    const text = reportPage({
      createdAt: new Date(0),
      paths,
      report: {...long200, suspects: []},
      showString,
      showsValues: false,
      title: long(0),
      tree: memoryTree(subject, {depth: 28, nodes: 1500}),
    })
    expect(text.length).toBeGreaterThan(1e6)
    expect(text.length).toBeLessThan(4e6)
  })

  it('masks string contents unless asked, and says so if it does not', () => {
    expect(page()).not.toContain('hunter2')
    expect(page()).toMatch(/7 bytes #[0-9a-f]{6}/)
    expect(page()).toContain('String contents are masked')
    expect(page({}, true)).toContain('&quot;hunter2&quot;')
    expect(page({}, true)).toContain('This page contains strings')
  })

  it('names the worst suspect, or says that there is none', () => {
    expect(page()).toContain('<h1 class="good">Nothing here looks like a leak</h1>')
    expect(page({suspects: [suspect()]})).toContain('<h1 class="bad">IssuesQuery keeps every SQL text (44\u00A0%)</h1>')
  })
})

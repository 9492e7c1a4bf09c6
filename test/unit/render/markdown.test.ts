// The report for a pull request, as GitHub would read it, from a heap with hostile names.
import {beforeAll, describe, expect, it} from 'vitest'
import {type AnalysisReport, report} from '../../../src/lib/analysis/report/report.js'
import {Subject} from '../../../src/lib/analysis/objects/subject.js'
import {markdownReport} from '../../../src/lib/render/markdown.js'
import {markdownCode, markdownText} from '../../../src/lib/render/markdown-text.js'
import {maskText} from '../../../src/lib/analysis/report/mask-text.js'
import {showString} from '../../../src/lib/render/mask.js'
import {dumpOf, read} from '../../support/dump-text.js'
import {suspect} from '../../support/reports.js'

describe('text in Markdown', () => {
  it('stays text', () => {
    expect(markdownText('*a* <b> [c](d) `e` | _f_')).toBe(String.raw`\*a\* &lt;b&gt; \[c\](d) \`e\` \| \_f\_`)
    expect(markdownText('1. no list\n- nor this')).toBe(String.raw`1\. no list<br>\- nor this`)
    expect(markdownText('# no heading\n12) no list')).toBe(String.raw`\# no heading<br>12\) no list`)
  })

  it('notifies nobody and links nothing', () => {
    expect(markdownText('@cache of #12 at http://x')).toBe('@&#8203;cache of #&#8203;12 at http:&#8203;//x')
    expect(markdownText('WWW.evil.example')).toBe('WWW&#8203;.evil.example')
  })

  it('can have backticks and bars as code', () => {
    expect(markdownCode('a`b|c')).toBe('`` a`b\\|c ``')
    expect(markdownCode('plain')).toBe('`plain`')
    expect(markdownCode('')).toBe('')
  })
})

describe('the Markdown report', () => {
  let analysed: AnalysisReport
  beforeAll(async () => {
    const lines = dumpOf(
      {references: ['0x7f0000000028'], root: 'vm', type: 'ROOT'},
      {
        address: '0x7f0000000028',
        memsize: 500,
        name: 'Bad|<script>`x`',
        references: ['0x7f0000000050', '0x7f0000000078'],
        type: 'CLASS',
      },
      {
        address: '0x7f0000000050',
        bytesize: 7,
        class: '0x7f0000000028',
        file: '/app/a.rb',
        line: 3,
        memsize: 40,
        type: 'STRING',
        value: 'hunter2',
      },
      {
        address: '0x7f0000000078',
        bytesize: 7,
        class: '0x7f0000000028',
        file: '/app/a.rb',
        line: 3,
        memsize: 40,
        type: 'STRING',
        value: 'hunter2',
      },
    )
    analysed = report(new Subject('heap.json', await read(lines)), {top: 10})
  })
  const markdown = (changes: Partial<AnalysisReport> = {}, show = maskText()) =>
    markdownReport({report: {...analysed, suspects: [], ...changes}, showString: show, title: 'd41 · shop'})

  it('begins with the verdict, then the suspects in a table, then everything else folded', () => {
    const text = markdown({suspects: [suspect(), suspect({owner: 'Cache', severity: 'medium', title: 'a <b> | c'})]})
    expect(text.split('\n')[0]).toBe('## Heap dump: IssuesQuery keeps every SQL text (44 %)')
    expect(text).toContain(
      '| 🔴 high, leak | IssuesQuery keeps every SQL text | 62.3 MB | 44 % | `app/queries/issues_query.rb:11` |',
    )
    expect(text).toContain(String.raw`| 🟡 medium, leak | a &lt;b&gt; \| c |`)
    expect(text).toContain('<summary>a &lt;b&gt; | c</summary>')
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0)
    expect(text).toContain('**What to do:** Bind LIMIT')
  })

  it('does not call part of a heap healthy', () => {
    const text = markdown({dump: {...analysed.dump, truncated: true}})
    expect(text).toContain('## Heap dump: This dump is cut short, and shows no leak')
    expect(text).toContain(
      'No leak in the part of the heap that is in this dump, but it is cut short: take another one.',
    )
    expect(text).not.toContain('othing here looks like a leak')
  })

  it('calls a healthy heap healthy', () => {
    expect(markdown()).toMatch(/^## Heap dump: Nothing here looks like a leak\n/)
  })

  it('masks string contents unless asked', () => {
    expect(markdown()).not.toContain('hunter2')
    expect(markdown()).toMatch(/`7 bytes #[0-9a-f]{6}` \| 2 \|/)
    expect(markdown({}, showString)).toContain('`"hunter2"`')
  })

  it('keeps its tables intact whatever a class is called', () => {
    const rows = markdown()
      .split('\n')
      .filter(line => line.includes('script'))
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatch(/^\| ``+ .*Bad\\\|<script>`x`.* ``+ \|/)
  })
})

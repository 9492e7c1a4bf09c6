import {beforeAll, describe, expect, it} from 'vitest'
import {type AnalysisReport, report} from '../../src/lib/analysis/report.js'
import {SECTIONS} from '../../src/lib/analysis/sections.js'
import {Analysis} from '../../src/lib/render/ink/Analysis.js'
import {SectionScreen} from '../../src/lib/render/ink/SectionScreen.js'
import {drawn, widthOf} from '../support/screens.js'
import {statementCache} from '../support/statement-cache.js'

let whole: AnalysisReport
let ofClass: AnalysisReport
beforeAll(async () => {
  const {subject} = await statementCache()
  whole = report(subject, {paths: true, top: 6})
  ofClass = report(subject, {className: 'String', paths: true, top: 6})
})

describe.each([80, 120])('%i columns', width => {
  it.each(SECTIONS)('--section %s', async section => {
    const screen = (columns: number) => <SectionScreen next="heroku heapdump:explain d41 …" report={whole} section={section} title="d41 · ⬢ shop" width={columns} />
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/section-${section}-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/section-${section}-${width}.ansi`)
  })

  it.each(['sites', 'paths', 'generations'] as const)('--section %s --class String', async section => {
    const screen = (columns: number) => <SectionScreen next="heroku heapdump:explain d41 …" report={ofClass} section={section} title="d41 · ⬢ shop" width={columns} />
    expect(widthOf(drawn(screen, width))).toBeLessThanOrEqual(width)
    await expect(drawn(screen, width)).toMatchFileSnapshot(`screens/section-${section}-of-class-${width}.txt`)
  })

  it('the first screen fits', () => {
    const screen = (columns: number) => <Analysis next={['heroku heapdump:explain d41 …']} report={ofClass} title="d41 · ⬢ shop" width={columns} />
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    expect(plain).toContain('Only String: 63 objects')
  })
})

it('colours add nothing but colour', () => {
  for (const section of SECTIONS) {
    const screen = (columns: number) => <SectionScreen next="…" report={whole} section={section} title="d41" width={columns} />
    // eslint-disable-next-line no-control-regex
    expect(drawn(screen, 80, true).replaceAll(/\u001b\[\d+m/g, '').replaceAll(/ +$/gm, '')).toBe(drawn(screen, 80))
  }
})

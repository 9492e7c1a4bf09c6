import {describe, expect, it} from 'vitest'
import {failure} from '../../../../src/lib/analysis/report/fail-on.js'
import {suspect} from '../../../support/reports.js'

const medium = suspect({
  owner: 'Cache',
  retainedSize: 8_000_000,
  severity: 'medium',
  share: 0.06,
  title: 'Cache has no bound',
})
const low = suspect({owner: 'I18n', retainedSize: 90_000_000, severity: 'low', title: 'translations'})

describe('failing a build', () => {
  it('returns null if no suspect reaches the limit', () => {
    expect(failure([], 'low')).toBeNull()
    expect(failure([medium, low], 'high')).toBeNull()
    expect(failure([medium], 8_000_001)).toBeNull()
  })

  it('names the worst suspect in one line', () => {
    expect(failure([suspect(), medium], 'high')).toBe(
      '--fail-on high: high suspect: IssuesQuery keeps every SQL text, 62.3 MB, 44 % of live memory',
    )
    expect(failure([suspect(), medium, low], 'medium')).toBe(
      '--fail-on medium: high suspect: IssuesQuery keeps every SQL text, 62.3 MB, 44 % of live memory (and 1 more)',
    )
  })

  it('applies a size to suspects of any severity', () => {
    expect(failure([medium, low], 50_000_000)).toContain('--fail-on 50.0 MB: translations, 90.0 MB')
    expect(failure([medium], 8_000_000)).toContain('Cache has no bound')
  })
})

import {describe, expect, it} from 'vitest'
import {maskText} from '../../../src/lib/analysis/mask-text.js'
import {showText} from '../../../src/lib/render/mask.js'

describe('a masked text', () => {
  it('tells its length in bytes, and which ones are equal', () => {
    const mask = maskText()
    expect(mask('hunter2')).toMatch(/^7 bytes #[0-9a-f]{6}$/)
    expect(mask('é')).toMatch(/^2 bytes /)
    expect(mask('x')).toMatch(/^1 byte #/)
    expect(mask(`${'x'.repeat(1000)}…`)).toMatch(/^over 1,000 bytes /)
    expect(mask('hunter2')).toBe(mask('hunter2'))
    expect(mask('hunter2')).not.toBe(mask('hunter3'))
  })

  it('cannot be looked up: another report has other hashes', () => {
    expect(maskText()('hunter2')).not.toBe(maskText()('hunter2'))
    expect(maskText(Buffer.from('salt'))('hunter2')).toBe(maskText(Buffer.from('salt'))('hunter2'))
  })

  it('is one line where it may be shown', () => {
    expect(showText('a\nb\u001B[31m')).toBe(String.raw`"a\nb\x1b[31m"`)
  })
})

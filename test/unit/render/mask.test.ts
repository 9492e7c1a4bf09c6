import {describe, expect, it} from 'vitest'
import {maskText} from '../../../src/lib/analysis/report/mask-text.js'
import {type ShowString, showString} from '../../../src/lib/render/mask.js'

/** A string that the dump has in full. */
const ofItself = (show: ShowString) => (value: string) => show({bytes: Buffer.byteLength(value), value})

describe('a masked string', () => {
  it('has its length in bytes, and a hash that shows equality', () => {
    const mask = ofItself(maskText())
    expect(mask('hunter2')).toMatch(/^7 bytes #[0-9a-f]{6}$/)
    expect(mask('é')).toMatch(/^2 bytes /)
    expect(mask('x')).toMatch(/^1 byte #/)
    // Also for a string that the dump truncated or the agent redacted.
    expect(maskText()({bytes: 5_600_000, value: `${'x'.repeat(1000)}…`})).toMatch(/^5,600,000 bytes #/)
    expect(maskText()({bytes: 7, value: '«3fa2c1b07e449d02»'})).toMatch(/^7 bytes #/)
    expect(mask('hunter2')).toBe(mask('hunter2'))
    expect(mask('hunter2')).not.toBe(mask('hunter3'))
  })

  it('cannot be looked up: another report has other hashes', () => {
    const salted = () => ofItself(maskText(Buffer.from('salt')))
    expect(ofItself(maskText())('hunter2')).not.toBe(ofItself(maskText())('hunter2'))
    expect(salted()('hunter2')).toBe(salted()('hunter2'))
  })

  it('is one line when shown', () => {
    expect(ofItself(showString)('a\nb\u001B[31m')).toBe(String.raw`"a\nb\x1b[31m"`)
  })

  it('of a redacted dump has its length before the hash', () => {
    expect(showString({bytes: 7, value: '«3fa2c1b07e449d02»'})).toBe('7 bytes «3fa2c1b07e449d02»')
  })
})

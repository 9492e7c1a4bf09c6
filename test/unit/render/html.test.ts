import {describe, expect, it} from 'vitest'
import {html, json, raw} from '../../../src/lib/render/html/html.js'

describe('html', () => {
  it('escapes its contents, in text and in attributes', () => {
    expect(html`<p title="${'" onclick="x'}">${"<script>&'"}</p>`.text).toBe(
      '<p title="&quot; onclick=&quot;x">&lt;script&gt;&amp;&#39;</p>',
    )
  })

  it('joins lists, keeps markup and leaves out absent contents', () => {
    expect(html`${[html`<b>${1}</b>`, '<', null]}${false}${raw('<i>')}`.text).toBe('<b>1</b>&lt;<i>')
  })

  it('shows control characters as pictures', () => {
    expect(html`${'a\u0000\u001B[31m\nb\u202Ec\uD800'}`.text).toBe('a␀␛[31m\nb�c�')
  })

  it('shows that there are invisible characters, and limits combining marks', () => {
    expect(html`${'a\u200Bb\u00ADc\u{E0041}d\uFEFF\u3164'}`.text).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFD\uFFFD')
    expect(html`${`e${'\u0301'.repeat(6)}f`}`.text).toBe(`e${'\u0301'.repeat(4)}\uFFFD\uFFFDf`)
  })

  it('has JSON that cannot close its element', () => {
    const {text} = json(['</script><script>', '<!--', '\u2028'])
    expect(text).not.toMatch(/[<\u2028]/)
    expect(JSON.parse(text)).toEqual(['</script><script>', '<!--', '\u2028'])
  })
})

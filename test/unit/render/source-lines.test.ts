import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {withLinks} from '../../../src/lib/render/hyperlinks.js'
import {readSourceBelow} from '../../../src/lib/render/source-lines.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapdump-app-'))
  mkdirSync(join(folder, 'shop/app/models'), {recursive: true})
  writeFileSync(
    join(folder, 'shop/app/models/cart.rb'),
    'class Cart\n  def add(item)\n\t  @items << item\n  end\nend\n',
  )
  writeFileSync(join(folder, 'secret.rb'), 'one\ntwo\nthree\n')
})
afterEach(() => rmSync(folder, {recursive: true}))

const read = (file: string, line: number | null) => readSourceBelow(join(folder, 'shop'))(file, line)

describe('the code at an allocation site', () => {
  it('is the line with its neighbours, from the file in the working folder', () => {
    const lines = ['  def add(item)', '    @items << item', '  end'].map(line => line.slice(2))
    expect(read('/app/app/models/cart.rb', 3)).toEqual({first: 2, lines})
    expect(read('app/models/cart.rb', 3)).toEqual({first: 2, lines})
    expect(read(join(folder, 'shop/app/models/cart.rb'), 1)).toEqual({
      first: 1,
      lines: ['class Cart', '  def add(item)'],
    })
  })

  it('is not shown if the file is not there, or has changed too much to have the line', () => {
    expect(read('/app/app/models/order.rb', 3)).toBeNull()
    expect(read('/app/app/models/cart.rb', 300)).toBeNull()
    expect(read('/app/app/models/cart.rb', null)).toBeNull()
    expect(read('/app/app/models', 1)).toBeNull()
  })

  it('never comes from outside the folder, whatever the dump says', () => {
    symlinkSync(join(folder, 'secret.rb'), join(folder, 'shop/link.rb'))
    for (const file of ['../secret.rb', '/app/../secret.rb', 'link.rb', join(folder, 'secret.rb'), '/etc/passwd'])
      expect([file, read(file, 1)]).toEqual([file, null])
  })
})

describe('links', () => {
  const shown = (text: string) => withLinks(text, join(folder, 'shop'))

  it('lead from a path on the screen to the file in the working folder', () => {
    const linked = shown('    allocated at  app/models/cart.rb:3')
    expect(linked).toMatch(
      // oxlint-disable-next-line no-control-regex
      /^ {4}allocated at {2}\u001b\]8;;file:\/\/\/\S+\/shop\/app\/models\/cart\.rb\u0007app\/models\/cart\.rb:3\u001b\]8;;\u0007$/,
    )
  })

  it('lead from a coloured path too', () => {
    expect(shown('\u001B[36mapp/models/cart.rb:3\u001B[39m')).toContain(']8;;file://')
  })

  it('leave alone what is no file there: a gem, a shortened path, a file elsewhere', () => {
    for (const text of [
      'rack-3.1.7 app/models/cart.rb:3',
      '…/app/models/cart.rb:3',
      'app/models/order.rb:3',
      '../secret.rb:1',
      'GET http://shop/app/models/cart.rb',
    ])
      expect(shown(text)).toBe(text)
  })
})

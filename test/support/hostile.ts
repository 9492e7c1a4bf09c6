// Hostile strings that do harm if printed unescaped, and a dump in which every string is one of them.

/** Characters that a terminal acts on, or that are invisible, or that take two columns, or none. */
export const UNPRINTABLE: readonly string[] = [
  '\u001b[31mRED\u001b]0;title\u0007',
  '\u001b]52;c;cHduZWQ=\u0007',
  '\u001b]8;;http://evil.example/\u001b\\click\u001b]8;;\u001b\\',
  '\u009b31m\u009d0;t\u009c\u0085',
  'li\nne\r\nTAB\tx',
  '\u0000\u0008\u007f',
  'a\u202egnp.exe\u2066x\u2069\u200f',
  'z\u200bw\u200d\ufeff\u2060\u00ad\u{e0041}',
  'two\u2028lines\u2029',
  '漢字カタカナ한국어😀🏳️‍🌈e\u0301\u0301\u0301ﷺ',
  `za${'\u0489\u0301'.repeat(40)}lgo`,
]

/** Characters that a shell acts on. */
export const SHELL: readonly string[] = ['$(touch pwned)`touch pwned`;touch pwned;\'"&|>x\\ --env=/etc/passwd']

/** Characters that no output may contain: a terminal acts on them, or they are invisible. Line breaks are allowed. */
export function foreignIn(output: string): string[] {
  return [...output.matchAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{5}/gu)]
    .filter(([character]) => character !== '\n')
    .map(
      ({0: character, index}) =>
        `${character.codePointAt(0)!.toString(16)} in ${JSON.stringify(output.slice(Math.max(0, index - 20), index + 20))}`,
    )
}

const FIRST = 0x7f0000000000

export type HostileDump = {
  readonly text: string
  readonly addresses: Readonly<Record<'hash' | 'object' | 'string' | 'native' | 'array' | 'imemo' | 'giant', string>>
  readonly className: string
  readonly file: string
}

/**
 * A traced dump with a leak of `count` objects and every kind of record, in which the strings cycle through the
 * payloads. `offset` moves everything to other addresses.
 */
export function hostileDump(
  payloads: readonly string[],
  {count = 400, offset = 0}: {readonly count?: number; readonly offset?: number} = {},
): HostileDump {
  let turn = 0
  const payload = () => payloads[turn++ % payloads.length]
  const tag = (text: string) => text + payload()
  const inPath = () => payload().replaceAll('/', '_')
  const className = tag('Evil::Klass')
  let last = FIRST + offset
  const next = () => `0x${(last += 0x28).toString(16)}`
  const lines: string[] = []
  const add = (record: object) => lines.push(JSON.stringify(record))
  const files = [
    `${tag('/app/lib/app')}.rb`,
    `/app/vendor/bundle/ruby/3.1.0/gems/evil-1.0${inPath()}/lib/${tag('gem')}.rb`,
    `/usr/lib/ruby/3.1.0/${tag('std')}.rb`,
    `/x/bundler/gems/${inPath()}-0123456/lib/x.rb`,
    `(eval)${payload()}`,
    `${tag('relative')}.rb`,
    `/app/lib/${payload()}`,
  ]
  const method = tag('meth')
  const traced = (at: number, generation: number) => ({
    file: files[at % files.length],
    generation,
    line: 1 + (at % 7),
    method,
  })
  const [object, string, hash, array, thread, native, evil] = Array.from({length: 7}, next)
  const [module, cache, giant, list, running, fiber, data, imemo, code, symbol, weird, other] = Array.from(
    {length: 12},
    next,
  )
  const members = Array.from({length: count}, () => [next(), next()] as const)
  const rows = members.map(([member]) => member)
  add({references: [object], root: tag('vm'), type: 'ROOT'})
  add({references: [object, running], root: 'vm', type: 'ROOT'})
  add({references: [list], root: 'global_tbl', type: 'ROOT'})
  add({address: '0x8', depth: 0, id: 0, memsize: 40, parent_id: null, shape_type: 'ROOT', type: 'SHAPE'})
  add({
    address: '0x10',
    depth: 1,
    edge_name: `@${payload()}`,
    id: 1,
    memsize: 40,
    parent_id: 0,
    shape_type: 'IVAR',
    type: 'SHAPE',
  })
  add({
    address: object,
    class: next(),
    memsize: 500,
    name: 'Object',
    references: [evil, module, string, hash, array, thread, native],
    type: 'CLASS',
  })
  for (const [address, name] of [
    [string, 'String'],
    [hash, 'Hash'],
    [array, 'Array'],
    [thread, 'Thread'],
    [native, tag('Native')],
  ]) {
    add({address, memsize: 500, name, references: [], superclass: object, type: 'CLASS'})
  }

  add({address: evil, memsize: 700, name: className, references: [cache], superclass: object, type: 'CLASS'})
  add({
    address: module,
    memsize: 700,
    name: tag('EvilModule'),
    references: [giant, data, code, symbol, weird, other],
    type: 'MODULE',
  })
  add({address: cache, class: hash, memsize: 40_000, references: rows, size: count, type: 'HASH', ...traced(1, 4)})
  add({
    address: giant,
    bytesize: 9e6,
    class: string,
    memsize: 9_000_040,
    type: 'STRING',
    value: tag('giant'),
    ...traced(2, 6),
  })
  add({address: running, class: thread, memsize: 1e6, references: [list], struct: 'VM/thread', type: 'DATA'})
  add({address: fiber, class: thread, memsize: 1000, references: [list], struct: 'fiber', type: 'DATA'})
  add({address: data, class: native, memsize: 2e6, references: [], struct: tag('struct'), type: 'DATA'})
  add({address: imemo, imemo_type: tag('imemo'), memsize: 40, references: [], type: 'IMEMO'})
  add({address: code, imemo_type: 'iseq', memsize: 8e5, references: [imemo], type: 'IMEMO', ...traced(3, 5)})
  add({address: list, class: array, length: 3, memsize: 40, references: [cache], type: 'ARRAY'})
  add({address: weird, class: evil, memsize: 9e5, references: [], type: tag('WEIRD')})
  add({address: symbol, class: evil, memsize: 40, type: 'SYMBOL', value: tag('symbol')})
  add({address: other, class: hash, memsize: 40, references: [], size: 0, type: 'HASH'})
  for (const [at, [member, text]] of members.entries()) {
    const generation = 5 + Math.floor((at * 6) / count)
    add({
      address: member,
      class: evil,
      ivars: 1,
      memsize: 6400,
      references: [text],
      shape_id: 1,
      type: 'OBJECT',
      ...traced(at, generation),
    })
    const value = at % 2 ? tag('value') : `SELECT ${payload()} FROM "x" WHERE id = ${at}`
    add({
      address: text,
      bytesize: 50_000,
      class: string,
      memsize: 50_040,
      type: 'STRING',
      value,
      ...traced(at + 1, generation),
    })
  }

  return {
    addresses: {array: list, giant, hash: cache, imemo, native: data, object: members[0][0], string: members[1][1]},
    className,
    file: files[0],
    text: `${lines.join('\n')}\n`,
  }
}

// Finds what the user means: an object by address, a class by name, or an allocation site. Errors suggest similar
// names.
import {distance} from 'fastest-levenshtein'
import {UserError} from '../../errors.js'
import {NONE} from '../../heap/columns.js'
import {isNamedModule} from './class-names.js'
import type {Subject} from './subject.js'

export type Meant =
  | {readonly kind: 'object'; readonly index: number}
  /**
   * `group`: of its instances (`subject.classes`), -1 if there are none. `module`: the class itself, -1 if the dump has
   * no record of it.
   */
  | {readonly kind: 'class'; readonly name: string; readonly group: number; readonly module: number}
  /** A file, or one line of it; ids of the site table. */
  | {readonly kind: 'site'; readonly file: string; readonly line: number | null; readonly sites: readonly number[]}

const NEAR = 5

/** Throws UserError `no_such_object`, `no_such_class`, `no_such_site`, `ambiguous_class`, `ambiguous_site`. */
export function findMeant(subject: Subject, text: string): Meant {
  const word = text.trim()
  if (/^0x[0-9a-f]+$/i.test(word)) return findObject(subject, word)
  const isLikeSite = /:\d+$|\.(?:rb|ru|rake|erb|haml|slim|so)$|[/\\]/.test(word)
  // A class can have any name.
  return isLikeSite && !isClass(subject, word) ? findSite(subject, word) : findClass(subject, word)
}

function isClass(subject: Subject, name: string): boolean {
  return subject.classes.names.includes(name) || moduleNames(subject).has(name)
}

function findObject({heap}: Subject, address: string): Meant {
  const index = heap.find(address)
  if (index !== NONE) return {index, kind: 'object'}
  throw new UserError(`No object at ${address} in this dump.`, {
    code: 'no_such_object',
    hint: [
      ...hintNear(nearAddresses(heap, address)),
      'An address is valid in one dump only: objects are freed and moved. heapdump:analyze --section dominators lists some.',
    ],
  })
}

/** Objects of the same 64 KiB page, nearest first. */
function nearAddresses(heap: Subject['heap'], address: string): string[] {
  const {codes} = heap
  // Any aligned address of the page will do: an unaligned one has no code.
  const wanted = codes.find(address.replace(/.$/, '0'))
  if (wanted === NONE || codes.isIrregular(wanted)) return []
  const {addresses} = heap.columns
  const near: number[] = []
  for (let index = 0; index < heap.count; index++)
    if (addresses[index] >>> codes.slotBits === wanted >>> codes.slotBits) near.push(index)
  return near
    .toSorted((a, b) => Math.abs(addresses[a] - wanted) - Math.abs(addresses[b] - wanted))
    .slice(0, NEAR)
    .map(index => heap.address(index))
}

/** Finds a class by its full name; or the only one that ends in `::` and the name, or that differs only in case. */
export function findClass(subject: Subject, name: string): Meant & {kind: 'class'} {
  const {names} = subject.classes
  const modules = moduleNames(subject)
  const known = new Set([...names, ...modules.keys()])
  const found = known.has(name) ? name : onlyLike([...known], name)
  if (found === null) {
    throw new UserError(`No class ${name} in this dump.`, {
      code: 'no_such_class',
      hint: orElse(hintNear(nearNames([...known], name)), 'heapdump:analyze --section classes lists the classes.'),
    })
  }

  return {group: names.indexOf(found), kind: 'class', module: modules.get(found) ?? NONE, name: found}
}

function onlyLike(names: readonly string[], name: string): string | null {
  const lower = name.toLowerCase()
  for (const like of [
    (one: string) => one.endsWith(`::${name}`),
    (one: string) => one.toLowerCase() === lower,
    (one: string) => one.toLowerCase().endsWith(`::${lower}`),
  ]) {
    const found = names.filter(like)
    if (found.length === 1) return found[0]
    if (found.length > 1) {
      throw new UserError(`${name} matches ${found.length} classes.`, {
        code: 'ambiguous_class',
        exit: 2,
        hint: hintNear(found.slice(0, NEAR * 2)),
      })
    }
  }

  return null
}

/** Named classes and modules; of several with the same name, the one that retains most. */
function moduleNames({heap, graph}: Subject): Map<string, number> {
  const modules = new Map<string, number>()
  for (let index = 0; index < heap.count; index++) {
    if (!isNamedModule(heap, index)) continue
    const name = heap.detail(index) ?? ''
    const known = modules.get(name)
    if (known === undefined || graph.retainedSizes[index] > graph.retainedSizes[known]) modules.set(name, index)
  }

  return modules
}

/**
 * Finds a file by its full path, the end of it, or as screens show it: `activerecord-7.2.2 lib/relation.rb:11`,
 * `set.rb:3 (stdlib)`.
 */
export function findSite({heap}: Subject, text: string): Meant & {kind: 'site'} {
  const {siteTable} = heap.tables
  const word = text.trim().replace(/ \(stdlib\)$/, '')
  const [, path, lineText] = /^(.*?)(?::(\d+))?$/.exec(word) ?? []
  const line = lineText === undefined ? null : Number(lineText)
  if (siteTable.size === 0) {
    throw new UserError(`This dump was not traced, so it has no allocation sites to look up ${word}.`, {
      code: 'no_such_site',
      hint: [
        'Take a traced dump: heroku heapdump:trigger --trace 5m',
        'Or in your own process: call ObjectSpace.trace_object_allocations_start, and ObjectSpace.dump_all later.',
      ],
    })
  }

  const endings = [path, path.replace(' ', '/')]
  const isMeant = (file: string) => endings.some(ending => file === ending || file.endsWith(`/${ending}`))
  const files = new Map<string, number[]>()
  for (let site = 0; site < siteTable.size; site++) {
    if ((line !== null && siteTable.line(site) !== line) || !isMeant(siteTable.file(site))) continue
    const file = siteTable.file(site)
    files.set(file, [...(files.get(file) ?? []), site])
  }

  const exact = files.get(path)
  if (exact) return {file: path, kind: 'site', line, sites: exact}
  if (files.size > 1) {
    throw new UserError(`${word} matches ${files.size} files.`, {
      code: 'ambiguous_site',
      exit: 2,
      hint: hintNear([...files.keys()].slice(0, NEAR * 2).map(file => (line === null ? file : `${file}:${line}`))),
    })
  }

  for (const [file, sites] of files) return {file, kind: 'site', line, sites}
  throw new UserError(`No object in this dump was allocated at ${word}.`, {
    code: 'no_such_site',
    hint: orElse(hintNear(nearSites(heap, path, line)), 'heapdump:analyze --section sites lists the allocation sites.'),
  })
}

/** Other lines of the file; otherwise files with the same or a similar name. */
function nearSites({tables: {siteTable}}: Subject['heap'], path: string, line: number | null): string[] {
  const ids = Array.from({length: siteTable.size}, (_, id) => id)
  const ofFile = ids.filter(id => siteTable.file(id) === path || siteTable.file(id).endsWith(`/${path}`))
  if (ofFile.length > 0) {
    const linesAway = (id: number) => Math.abs((siteTable.line(id) ?? 0) - (line ?? 0))
    return ofFile
      .toSorted((a, b) => linesAway(a) - linesAway(b))
      .slice(0, NEAR)
      .map(id => siteText(siteTable.file(id), siteTable.line(id)))
  }

  const base = path.slice(path.lastIndexOf('/') + 1)
  const files = [...new Set(ids.map(id => siteTable.file(id)))]
  const bases = new Map(files.map(file => [file, file.slice(file.lastIndexOf('/') + 1)]))
  const nearBases = new Set(nearNames([...new Set(bases.values())], base))
  return files.filter(file => nearBases.has(bases.get(file) ?? '')).slice(0, NEAR)
}

function siteText(file: string, line: number | null): string {
  return line === null ? file : `${file}:${line}`
}

function hintNear(near: readonly string[]): readonly string[] {
  return near.length === 0 ? [] : ['Did you mean', ...near.map(one => `  ${one}`)]
}

function orElse(lines: readonly string[], line: string): readonly string[] {
  return lines.length === 0 ? [line] : lines
}

/** Names that contain the word, and names a few typos away. */
function nearNames(names: readonly string[], word: string): string[] {
  const lower = word.toLowerCase()
  const allowed = Math.max(2, Math.floor(lower.length / 4))
  // A dump can have names with thousands of letters.
  const errorsIn = (name: string) => (Math.abs(name.length - lower.length) > allowed ? Infinity : distance(lower, name))
  const scored: Array<readonly [string, number]> = []
  for (const name of names) {
    const other = name.toLowerCase()
    if (lower.length > 2 && other.includes(lower)) scored.push([name, 1 + (other.length - lower.length) / 1000])
    else {
      const score = Math.min(errorsIn(other), errorsIn(other.slice(other.lastIndexOf(':') + 1)))
      if (score <= allowed) scored.push([name, score])
    }
  }

  return scored
    .toSorted(([a, scoreA], [b, scoreB]) => scoreA - scoreB || (a < b ? -1 : 1))
    .slice(0, NEAR)
    .map(([name]) => name)
}

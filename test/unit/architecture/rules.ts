// The rules themselves: each takes files, and tells what is wrong with them.
import {type Files, importsOf, targetOf, withoutComments} from './source-files.js'

type Entry = {readonly name: string; readonly isType: boolean}
type Rule = {readonly own: readonly Entry[]; readonly thirdParty: readonly Entry[]}
export type Rules = ReadonlyMap<string, Rule>

/** Rows of the second table: | `a` `b` | `x` (types) `y` | `pkg` |. */
export function readTable(readme: string): Rules {
  const rules = new Map<string, Rule>()
  const table = readme.slice(readme.indexOf('| folder | may import |'))
  for (const line of table.split('\n').slice(2)) {
    if (!line.startsWith('|')) break
    const [subjects, own, thirdParty] = line.split('|').slice(1, 4)
    const entries = (cell: string) =>
      [...cell.matchAll(/`([^`]+)`( \(types\))?/g)].map(([, name, types]) => ({isType: types !== undefined, name}))
    const rule = {
      own: own.includes('all of `lib`') ? [{isType: false, name: '*'}] : entries(own),
      thirdParty: entries(thirdParty),
    }
    for (const {name} of entries(subjects)) rules.set(name, rule)
  }

  return rules
}

/** The row that a file belongs to: `lib/analysis/objects/owner.ts` → analysis/objects, `lib/errors.ts` → errors. */
export function roomOf(file: string, rules: Rules): string {
  const parts = file
    .replace(/^lib\//, '')
    .replace(/\.tsx?$/, '')
    .split('/')
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('/')
    if (rules.has(name)) return name
  }

  return parts.length > 1 && parts[0] === 'analysis' ? parts.slice(0, 2).join('/') : parts[0]
}

function isWithin(room: string, name: string): boolean {
  return name === '*' || room === name || room.startsWith(`${name}/`)
}

function isPackage(specifier: string, name: string): boolean {
  if (name.endsWith('/*')) return specifier.startsWith(name.slice(0, -1))
  return specifier === name || specifier.startsWith(`${name}/`)
}

export function wrongImports(files: Files, rules: Rules): string[] {
  return [...files].flatMap(([file, text]) => {
    const room = roomOf(file, rules)
    const rule = rules.get(room)
    if (rule === undefined) return [`${file}: ${room} has no row in src/README.md`]
    return importsOf(text)
      .filter(({specifier}) => !specifier.startsWith('node:'))
      .flatMap(({isType, specifier}) => {
        const isOwn = specifier.startsWith('.')
        const target = isOwn ? roomOf(targetOf(file, specifier, files), rules) : specifier
        if (target === room) return room === 'commands' ? [`${file}: a command imports another command`] : []
        const entries = isOwn
          ? rule.own.filter(({name}) => isWithin(target, name))
          : rule.thirdParty.filter(({name}) => isPackage(target, name))
        if (entries.length === 0) return [`${file}: ${room} may not import ${target}`]
        if (isType || entries.some(entry => !entry.isType)) return []
        return [`${file}: ${room} may import only types of ${target}`]
      })
  })
}

/** What rows allow and no file of theirs imports, or imports types of only. */
export function unneeded(files: Files, rules: Rules): string[] {
  return [...rules].flatMap(([room, {own, thirdParty}]) => {
    const imports = [...files]
      .filter(([file]) => roomOf(file, rules) === room)
      .flatMap(([file, text]) =>
        importsOf(text).map(({isType, specifier}) => ({
          isType,
          target: specifier.startsWith('.') ? roomOf(targetOf(file, specifier, files), rules) : specifier,
        })),
      )
    const isNeeded = ({isType, name}: Entry) =>
      name === '*' ||
      imports.some(one => (isWithin(one.target, name) || isPackage(one.target, name)) && (isType || !one.isType))
    return [...own, ...thirdParty].filter(entry => !isNeeded(entry)).map(({name}) => `${room}: ${name}`)
  })
}

/** What depends on who runs it: files of these rooms run in a worker or a test alike. */
const SURROUNDINGS =
  /\bprocess\s*(?:\?\.)?(?:\.|\[['"`])?\s*(?:env|argv|std\w+|exit\w*)\b|[=(]\s*process\b(?!\s*[.?[(:=])|\bconsole\s*[.[]|\b(?:from|import|require)\s*\(?\s*['"](?:node:)?(?:process|console)['"]/

export function wrongSurroundings(files: Files, rooms: readonly string[]): string[] {
  return [...files]
    .filter(([file]) =>
      rooms.some(room => file.startsWith(`${room}/`) || file.startsWith(`lib/${room}/`) || file === `lib/${room}.ts`),
    )
    .flatMap(([file, text]) => {
      const found = SURROUNDINGS.exec(withoutComments(text))
      return found === null ? [] : [`${file}: ${found[0]}`]
    })
}

/** Each circle of imports that are left at run time, once: the files in it. */
export function circles(files: Files): string[][] {
  const found: string[][] = []
  const path: string[] = []
  const done = new Set<string>()
  const visit = (file: string): void => {
    const start = path.indexOf(file)
    if (start !== -1) {
      found.push(path.slice(start))
      return
    }

    if (done.has(file)) return
    path.push(file)
    for (const {isType, specifier} of importsOf(files.get(file) ?? ''))
      if (!isType && specifier.startsWith('.')) visit(targetOf(file, specifier, files))
    path.pop()
    done.add(file)
  }

  for (const file of files.keys()) visit(file)
  return found
}

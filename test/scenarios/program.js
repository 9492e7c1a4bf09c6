// A scenario's program: one Ruby file with the expected result and the files of a small app.
//
//   # What happens, in a sentence or two.
//   #
//   # kind: leak            leak | bloat | duplicates | healthy
//   # base: plain           the app around it, a folder of bases/
//   # owner: PriceList      the owner to report, which you can grep for; with several lines, any of them
//   # rule: undrained-queue the rule that has to report it; only if that matters more than the owner
//   # history: 20           the facts include the agent's history of the process, with this many minutes per step
//   # trace: window         window (tracing starts later, as with the agent) | boot
//   # == lib/price_list.rb
//   … Ruby; lines that allocate the leaked objects end in `# LEAK HERE`
//   # == traffic
//   … what the server does, see server/scenario_server
import {readdirSync, readFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

export const directory = dirname(fileURLToPath(import.meta.url))

const KINDS = ['leak', 'bloat', 'duplicates', 'healthy']
const FIELD = /^# (\w+): (.+)$/
const SECTION = /^# == (\S+)$/
const MARKER = / # LEAK HERE$/

/**
 * @typedef {{name: string, kind: string, base: string, trace: 'window' | 'boot', minutes: number | null, owners:
 * string[], rules: string[],   sites: {file: string, line: number}[], files: Map<string, string>, traffic: string}}
 * Program
 */

/**
 * @returns {Program} The files keep the line numbers of the program (with blank lines before a section), and have no
 * markers.
 */
export function parseProgram(name, text) {
  const fields = {base: [], history: [], kind: [], owner: [], rule: [], trace: []}
  const sites = []
  const files = new Map()
  let section = null
  let lines = []
  const finish = () => {
    if (section !== null) files.set(section, lines.join('\n') + '\n')
  }

  for (const [index, line] of text.split('\n').entries()) {
    const heading = SECTION.exec(line)
    if (heading !== null) {
      finish()
      section = heading[1]
      lines = Array.from({length: index + 1}, () => '')
      continue
    }

    if (section === null) {
      const [, field, value] = FIELD.exec(line) ?? []
      if (field !== undefined && !(field in fields)) throw new Error(`${name}: unknown field ${field}`)
      if (field !== undefined) fields[field].push(value)
      continue
    }

    if (MARKER.test(line)) sites.push({file: section, line: index + 1})
    lines.push(line.replace(MARKER, ''))
  }

  finish()
  const traffic = files.get('traffic')
  files.delete('traffic')
  const [kind] = fields.kind
  if (!KINDS.includes(kind)) throw new Error(`${name}: kind is one of ${KINDS.join(', ')}`)
  if (traffic === undefined) throw new Error(`${name}: no traffic`)
  if ((kind === 'healthy') !== (fields.owner.length === 0))
    throw new Error(`${name}: a leak has an owner, a healthy program has none`)
  return {
    base: fields.base[0] ?? 'plain',
    files,
    kind,
    minutes: fields.history.length === 0 ? null : Number(fields.history[0]),
    name,
    owners: fields.owner,
    rules: fields.rule,
    sites,
    trace: fields.trace[0] === 'boot' ? 'boot' : 'window',
    traffic,
  }
}

/** The programs of a folder, by name. */
export function readPrograms(folder) {
  return readdirSync(join(directory, folder))
    .filter(file => file.endsWith('.rb'))
    .toSorted()
    .map(file => parseProgram(basename(file, '.rb'), readFileSync(join(directory, folder, file), 'utf8')))
}

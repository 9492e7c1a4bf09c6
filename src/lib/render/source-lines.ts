// The line of code at an allocation site, with its neighbours, if the working folder is the app: if the file is there.
// It is what the user has checked out, which may differ from what was deployed.
import {readFileSync, realpathSync, statSync} from 'node:fs'
import {isAbsolute, join, relative, sep} from 'node:path'
import {originOf} from '../analysis/objects/code-origin.js'
import {HEROKU_APP} from './site-label.js'

export type SourceLines = {
  /** Number of the first line. */
  readonly first: number
  /** Without the indentation that they share. */
  readonly lines: readonly string[]
}

/** null: the file is not there, or has no such line. */
export type ReadSource = (file: string, line: number | null) => SourceLines | null

export const NO_SOURCE: ReadSource = () => null

/** No source file is larger. */
const MOST_BYTES = 1 << 20
const TAB = '  '

/** The same file below a folder; null: there is none. A gem's file is not the app's. */
export function fileBelow(folder: string, file: string): string | null {
  if (originOf(file).kind !== 'app') return null
  const path = file.replace(HEROKU_APP, '')
  try {
    const root = realpathSync(folder)
    const found = realpathSync(isAbsolute(path) ? path : join(root, path))
    const way = relative(root, found)
    const isBelow = way !== '' && !isAbsolute(way) && way.split(sep)[0] !== '..'
    return isBelow && statSync(found).isFile() ? found : null
  } catch {
    return null
  }
}

export function readSourceBelow(folder: string): ReadSource {
  return (file, line) => {
    const path = line === null ? null : fileBelow(folder, file)
    if (path === null || line === null) return null
    try {
      if (statSync(path).size > MOST_BYTES) return null
      return linesAround(readFileSync(path, 'utf8').split(/\r?\n/), line)
    } catch {
      return null
    }
  }
}

function linesAround(all: readonly string[], line: number): SourceLines | null {
  if (line < 1 || line > all.length || all[line - 1]?.trim() === '') return null
  const first = Math.max(1, line - 1)
  const lines = all.slice(first - 1, line + 1).map(text => text.replaceAll('\t', TAB).trimEnd())
  // The empty end of the file, and blank lines around, show nothing.
  const indent = Math.min(...lines.filter(text => text !== '').map(text => text.length - text.trimStart().length))
  return {first, lines: lines.map(text => text.slice(indent))}
}

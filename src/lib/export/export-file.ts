// Where an export goes: a new file that only its owner can read, complete or not at all.
import {stat} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {UserError} from '../errors.js'
import {knownDumps} from '../inputs/known-dumps.js'
import type {NamedDumps} from '../inputs/named-dump.js'
import {type PrivateFileOptions, refuseTaken} from '../private-file.js'
import {partitionOf} from '../store/parquet-key.js'
import type {KnownDump} from '../tables-of-dump/table.js'
import {ABOUT, type Format} from './formats.js'
import {refuseTakenFolder} from './private-folder.js'

export function exportOptions(overwrite: boolean): PrivateFileOptions {
  return {existsHint: 'Choose another file with --output, or overwrite it with --force.', overwrite}
}

type Output = {readonly force: boolean; readonly format: Format; readonly output: string}

/** What is known about the dumps, with ids for names of files. Throws UserError `same_dump`. */
export function exportedAs(dumps: NamedDumps): readonly [KnownDump, ...KnownDump[]] {
  const [first, ...others] = knownDumps(dumps)
  const named = (known: KnownDump, at: number) => ({...known, id: idOf(dumps[at]?.name ?? '', known)})
  return [named(first, 0), ...others.map((known, at) => named(known, at + 1))]
}

/**
 * The file of each dump. `output`: a file, or the directory that they go to. Throws UserError `wrong_use`,
 * `file_exists`, `not_writable`.
 */
export async function exportFiles(dumps: readonly KnownDump[], {force, format, output}: Output): Promise<string[]> {
  const {ending} = ABOUT[format]
  const isDirectory = ending === null || ((await stat(output).catch(() => null))?.isDirectory() ?? false)
  if (!isDirectory && dumps.length > 1) {
    throw new UserError(`Several dumps need a directory, and ${output} is none.`, {
      code: 'wrong_use',
      exit: 2,
      hint: 'Name an existing directory with --output.',
    })
  }

  const files = dumps.map(dump =>
    isDirectory ? join(output, ending === null ? partitionOf(dump) : `${dump.id}${ending}`) : output,
  )
  const twice = files.find((file, at) => files.indexOf(file) !== at)
  if (twice !== undefined)
    throw new UserError(`Two of the dumps would be written to ${twice}.`, {code: 'wrong_use', exit: 2})
  for (const file of files)
    await (ending === null ? refuseTakenFolder(file, force) : refuseTaken(file, exportOptions(force)))
  return files
}

/** `d7k2mq`, or the name of the dump's file without its endings. */
function idOf(name: string, {id}: KnownDump): string {
  return id === name
    ? basename(name)
        .replace(/\.gz$/, '')
        .replace(/(?<=.)\.(?:json|dump)$/, '')
    : id
}

// What is known about named dumps without reading them, for tables about several dumps.
import {statSync} from 'node:fs'
import {UserError} from '../errors.js'
import type {KnownDump} from '../tables-of-dump/table.js'
import type {NamedDump, NamedDumps} from './named-dump.js'

/** In the same order. Throws UserError `same_dump` if two are the same file, or have the same id, by which tables tell them apart. */
export function knownDumps(dumps: NamedDumps): readonly [KnownDump, ...KnownDump[]] {
  const [first, ...others] = dumps
  const known: readonly [KnownDump, ...KnownDump[]] = [
    knownDump(first, 1),
    ...others.map((dump, at) => knownDump(dump, at + 2)),
  ]
  const files = dumps.map(fileOf)
  for (const [at, {id}] of known.entries()) {
    const before = known.findIndex((one, other) => one.id === id || (files[at] !== null && files[other] === files[at]))
    if (before === at) continue
    const names = [dumps[before]?.name, dumps[at]?.name]
    const isSame = files[at] === null ? names[0] === names[1] : files[before] === files[at]
    throw new UserError(isSame ? `${id} is named twice.` : `${names.join(' and ')} have the same id, ${id}.`, {
      code: 'same_dump',
      exit: 2,
      hint: isSame ? 'Name each dump once.' : 'They are copies of one dump: name one of them.',
    })
  }

  return known
}

/** The same for all names of a file; null: no file. */
function fileOf({bytes}: NamedDump): string | null {
  if (!('path' in bytes)) return null
  const found = statSync(bytes.path, {throwIfNoEntry: false})
  return found === undefined ? null : `${found.dev} ${found.ino}`
}

function knownDump({facts, name, origin, processBytes, stored}: NamedDump, position: number): KnownDump {
  const entry = stored ?? facts
  return {
    app: appOf(origin),
    bootedAt: entry?.bootedAt ?? null,
    createdAt: entry?.createdAt ?? null,
    dyno: entry?.dyno ?? null,
    id: entry?.id ?? (name === '-' ? 'stdin' : name),
    memoryBytes: entry?.memoryBytes ?? processBytes ?? null,
    pid: entry?.pid ?? null,
    position,
    process: entry?.process ?? null,
    quotaBytes: entry?.quotaBytes ?? null,
    redacted: entry?.redacted ?? null,
    release: entry?.release ?? null,
    ruby: entry?.ruby ?? null,
  }
}

/** `['--app', 'shop']` → `shop`; null: the dump is not of an app. */
function appOf([first, second]: NamedDump['origin']): string | null {
  if (first === '--app') return second ?? null
  return first?.startsWith('--app=') ? first.slice('--app='.length) : null
}

// Whether a gem is to blame, and which one. A dump has no files for classes, but it has the files that allocated.
import {originOf} from '../objects/code-origin.js'
import type {AllocatedAt} from './allocated-at.js'
import type {Owner} from '../objects/owner.js'

export type BlamedGem = {
  readonly name: string
  readonly version: string
  readonly site: AllocatedAt
  /** The gem itself holds what it allocated, as far as names show; otherwise the app may hold it. */
  readonly keeps: boolean
}

const NAME_AND_VERSION = /^(.+)-(\d[\w.]*)$/

/**
 * The gem with the owner's name (`statsd-instrument` defines StatsD); otherwise the gem that allocated first, unless
 * the app did. null: the app is to blame, or the dump does not show it.
 */
export function gemOf({kind, name}: Owner, sites: readonly AllocatedAt[]): BlamedGem | null {
  const gems = sites.flatMap(site => {
    const origin = originOf(site.file)
    return origin.kind === 'gem' ? [{site, ...partsOf(origin.name)}] : []
  })
  const named = gems.find(gem => isOf(name, gem.name))
  if (named !== undefined) return {...named, keeps: true}
  if (gems.length === 0 || gems[0].site !== sites[0]) return null
  return {...gems[0], keeps: kind !== 'module' && kind !== 'instance'}
}

function partsOf(gem: string): {readonly name: string; readonly version: string} {
  const [, name = gem, version = ''] = NAME_AND_VERSION.exec(gem) ?? []
  return {name, version}
}

/** `Net::HTTP::Persistent` and `net-http-persistent`: one begins with the other, or with its first module. */
function isOf(className: string, gem: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const [outermost] = className.split('::')
  const letters = plain(gem)
  return (
    letters.length >= 2 &&
    (plain(className).startsWith(letters) || (outermost.length > 2 && letters.startsWith(plain(outermost))))
  )
}

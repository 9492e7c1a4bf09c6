// What a summary keeps of a heap: live bytes and objects by owner, class and allocation site, largest first, under names
// that another process has too. No string of the app is among them: a thread goes by the code that it runs, because
// the name that the app gave it is a string.
import {findOwners, NO_OWNER} from './owners.js'
import {type Amount, amountsBy, ownerName, type Tally, tallyObjects} from './tally.js'
import {siteName, siteOf} from './trend.js'
import type {Subject} from '../objects/subject.js'

export type NamedAmount = Amount & {readonly name: string}
export type SiteAmount = Amount & {readonly file: string; readonly line: number | null}
export type OwnerAmount = NamedAmount & {
  /** The largest under this owner; empty for all but the largest owners. */
  readonly classes: readonly NamedAmount[]
  /** Also empty without tracing. */
  readonly sites: readonly SiteAmount[]
}

export type DumpAmounts = {
  readonly owners: readonly OwnerAmount[]
  readonly classes: readonly NamedAmount[]
  readonly sites: readonly SiteAmount[]
}

/** Rows per table, so that a summary has tens of kB. */
export const MOST_ROWS = 150
/** The number of owners with classes and sites, and of each of these. */
const DETAILED_OWNERS = 40
export const MOST_DETAILS = 3

type NameOf = (tally: Tally, row: number) => string | null

/** Linear in the number of objects: 0.2 s per million. */
export function dumpAmounts(subject: Subject): DumpAmounts {
  const {tally} = tallyObjects(subject, findOwners(subject.graph, {namesThreads: false}))
  const largest = (nameOf: NameOf, rows: number) => {
    const isLive: NameOf = (all, row) => (all.ownerIds[row] === NO_OWNER ? null : nameOf(all, row))
    return [...amountsBy(tally, isLive)]
      .map(([name, {memsize, objects}]) => ({memsize, name, objects}))
      .toSorted((a, b) => b.memsize - a.memsize || (a.name < b.name ? -1 : 1))
      .slice(0, rows)
  }

  const className: NameOf = ({classes, classNames}, row) => withoutAddress(classNames[classes[row]])
  const owner: NameOf = (all, row) => withoutAddress(ownerName(all, row))
  const sites = (nameOf: NameOf, rows: number) =>
    largest(nameOf, rows).map(({name, ...amount}) => ({...siteOf(name), ...amount}))
  return {
    classes: largest(className, MOST_ROWS),
    owners: largest(owner, MOST_ROWS).map((one, at) => {
      if (at >= DETAILED_OWNERS) return {...one, classes: [], sites: []}
      const within =
        (nameOf: NameOf): NameOf =>
        (all, row) =>
          owner(all, row) === one.name ? nameOf(all, row) : null
      return {
        ...one,
        classes: largest(within(className), MOST_DETAILS),
        sites: sites(within(siteName), MOST_DETAILS),
      }
    }),
    sites: sites(siteName, MOST_ROWS),
  }
}

/** Anonymous classes are named by their addresses, which no other process shares: all of them are one. */
function withoutAddress(name: string): string {
  return name.replaceAll(/(?<=#<(?:Class|Module)):0x[0-9a-f]+/g, '')
}

// What two dumps of a process hold, one map above the other.
import type {MemoryNode} from '../../analysis/browse/memory-tree.js'
import type {Suspect} from '../../analysis/suspects/finding.js'
import {formatBytes} from '../../units.js'
import {html} from './html.js'
import {type MapLinks, mapLinks, memoryMap} from './memory-map.js'
import type {PageSection} from './page.js'
import {MAP_HINT, suspectAddresses} from './report-page.js'

export type ComparedMaps = {
  readonly before: MemoryNode
  readonly after: MemoryNode
  /** The names of the two dumps. */
  readonly names: readonly [string, string]
  readonly suspects: readonly Suspect[]
  /** Whether an address is the same object in both. */
  readonly isOneProcess: boolean
}

/** Links to the boxes of the map of the later dump. */
export function linksToLater({after}: ComparedMaps): MapLinks {
  return mapLinks('after', after)
}

export function comparedMaps({before, after, names, suspects, isOneProcess}: ComparedMaps): PageSection[] {
  const suspected = suspectAddresses(suspects)
  const map = (id: 'after' | 'before', tree: MemoryNode, name: string) =>
    memoryMap({
      earlier: id === 'after' && isOneProcess ? sizesOf(before) : undefined,
      hint: html`${name}: ${formatBytes(tree.retainedSize)} of live objects. ${id === 'before' ? MAP_HINT : 'Zooming into an object zooms both maps, if it is in both.'}`,
      id,
      suspects: isOneProcess || id === 'after' ? suspected : new Map(),
      title: id === 'before' ? 'What held the memory before' : 'What holds it now',
      tree,
    })
  return [
    {content: map('before', before, names[0]), id: 'before', name: 'Before'},
    {content: map('after', after, names[1]), id: 'after', name: 'After'},
  ]
}

/** Address → retained size. */
function sizesOf(tree: MemoryNode): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  const visit = ({address, children, retainedSize}: MemoryNode): void => {
    if (address !== null) sizes.set(address, retainedSize)
    for (const child of children) visit(child)
  }
  visit(tree)
  return sizes
}

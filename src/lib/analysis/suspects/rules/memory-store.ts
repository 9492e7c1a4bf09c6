// Rails.cache in the process itself, or a store of the app's own. It grows until it has the size it was given (32 MB
// unless somebody said otherwise), in each process.
import {formatBytes, formatCount} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Pile, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'

const STORE = 'ActiveSupport::Cache::MemoryStore'

export function memoryStore(context: SuspectContext): Finding[] {
  return context.piles
    .filter(pile => isStores(context, pile) && !context.isClaimed(pile.container))
    .map(pile => {
      const isRails = pile.owner.name === STORE
      const store = isRails ? 'Rails.cache (MemoryStore)' : `A MemoryStore of ${pile.owner.name}`
      const entries = `${formatCount(pile.groups[0].count)} entries`
      const bound = isRails ? 'config.cache_store says otherwise (size:)' : 'it was given another one (size:)'
      return pileFinding(context, pile, {
        advice:
          `It has a bound, 32 MB unless ${bound}, in each process: ` +
          'lower it, let entries expire, or use a cache outside of the process.',
        assessment: {by: 'age', isBounded: true},
        rule: 'memory-store',
        title: `${store} keeps ${entries} in this process, ${formatBytes(pile.bytes)}`,
      })
    })
}

/** Whoever holds the store: what lists the entries is its own Hash. */
function isStores({graph, heap}: SuspectContext, {container, owner}: Pile): boolean {
  if (owner.name === STORE) return true
  const [, store] = holders(graph, container)
  return store !== undefined && className(heap, store) === STORE
}

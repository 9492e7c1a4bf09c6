// Rails.cache in the process itself. It grows until it has the size it was given (32 MB unless somebody said otherwise), in each process.
import {formatBytes, formatCount} from '../../../units.js'
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'

const STORE = 'ActiveSupport::Cache::MemoryStore'

export function memoryStore(context: SuspectContext): Finding[] {
  return context.piles
    .filter(pile => pile.owner.name === STORE && !context.isClaimed(pile.container))
    .map(pile =>
      pileFinding(context, pile, {
        advice: 'It has a bound, 32 MB unless config.cache_store says otherwise (size:), in each process: lower it, let entries expire, or use a cache outside of the process.',
        atMost: 'medium',
        kind: 'large',
        rule: 'memory-store',
        title: `Rails.cache (MemoryStore) keeps ${formatCount(pile.groups[0].count)} entries in this process, ${formatBytes(pile.bytes)}`,
      }),
    )
}

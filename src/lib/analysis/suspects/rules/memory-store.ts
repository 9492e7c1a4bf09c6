// Rails.cache in the process's memory, or another MemoryStore of the app. It grows to its size limit (32 MB by default)
// in each process.
import {formatBytes, formatCount} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Accumulation, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'

const STORE = 'ActiveSupport::Cache::MemoryStore'

export function memoryStore(context: SuspectContext): Finding[] {
  return context.accumulations
    .filter(accumulation => isStores(context, accumulation) && !context.isClaimed(accumulation.container))
    .map(accumulation => {
      const isRails = accumulation.owner.name === STORE
      const store = isRails ? 'Rails.cache (MemoryStore)' : `A MemoryStore of ${accumulation.owner.name}`
      const entries = `${formatCount(accumulation.groups[0].count)} entries`
      const elsewhere = isRails ? 'in config.cache_store ' : ''
      return accumulationFinding(context, accumulation, {
        advice:
          `Lower its size limit (size: ${elsewhere}or 32 MB by default, in each process), expire entries, or use a cache ` +
          'outside the process.',
        assessment: {by: 'age', isBounded: true},
        rule: 'memory-store',
        title: `${store} holds ${entries} in this process, ${formatBytes(accumulation.bytes)}`,
      })
    })
}

/** Whether the accumulation is the store's own Hash of entries, whoever holds the store. */
function isStores({graph, heap}: SuspectContext, {container, owner}: Accumulation): boolean {
  if (owner.name === STORE) return true
  const [, store] = holders(graph, container)
  return store !== undefined && className(heap, store) === STORE
}

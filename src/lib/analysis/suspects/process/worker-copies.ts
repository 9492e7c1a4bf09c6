// Workers of a server that have the app's objects each for itself, although the kernel could share them.
import {formatBytes, formatShare} from '../../../units.js'
import {type Cause, isMuch} from './cause.js'
import {isBefore, type ProcessFacts} from './process-facts.js'

/** By then, an app has loaded what it loads at boot. */
const BOOT_SECONDS = 600

export function workerCopies({history, oldBytes, memory, ruby}: ProcessFacts): Cause | null {
  const {anonymous, settings} = memory
  const workers = Number(settings['puma.workers'] ?? 0)
  if (anonymous === null || !Number.isSafeInteger(workers) || workers < 2) return null
  const bootedBytes = Math.min(oldBytes, bytesAfterBoot(history))
  const lost = Math.min(anonymous.privateBytes, bootedBytes - anonymous.sharedBytes)
  // The first worker's copy would remain.
  if (!isMuch(lost, memory)) return null
  const whole = anonymous.privateBytes + anonymous.sharedBytes
  return {
    advice: `${remedy(settings, ruby)} That saves about ${formatBytes(lost)} in each worker but the first.`,
    assessment: {by: 'waste'},
    bytes: lost,
    evidence: [
      `${workers} workers; of this one's ${formatBytes(whole)} of heap and malloc, ${formatBytes(anonymous.sharedBytes)} (${formatShare(anonymous.sharedBytes / whole)}) is shared`,
      `${formatBytes(oldBytes)} is in old objects` +
        (bootedBytes < oldBytes
          ? `; after boot, the whole process had ${formatBytes(bootedBytes)}`
          : ', most of which exist since the app booted'),
    ],
    gain: Math.round((lost * (workers - 1)) / workers),
    growth: 'settled',
    owner: 'workers',
    rule: 'worker-copies',
    title: `Each of ${workers} workers has its own copy of ${formatBytes(lost)}`,
  }
}

/** What grew later was never there to be shared: a cache, a leak. Infinity: not recorded. */
function bytesAfterBoot(history: ProcessFacts['history']): number {
  const points = history?.points.filter(({seconds}) => seconds <= BOOT_SECONDS) ?? []
  return points.length === 0 ? Infinity : Math.max(...points.map(({rssBytes}) => rssBytes))
}

/** The GC writes to objects when they survive it the first three times, and before 3.3 that copies their pages. */
function remedy(settings: ProcessFacts['memory']['settings'], ruby: string | null): string {
  const preload = settings['puma.preload']
  const warm = isBefore(ruby, 3, 3) ? '4.times { GC.start }' : 'Process.warmup'
  const beforeFork = `Run ${warm} in before_fork of config/puma.rb, so that the objects are old before the workers are forked.`
  if (preload === 'true' || preload === '1') return beforeFork
  if (preload === undefined)
    return `Load the app before forking (preload_app! in config/puma.rb). If it does that already: ${beforeFork[0].toLowerCase()}${beforeFork.slice(1)}`
  return `Load the app before forking: preload_app! in config/puma.rb, with ${warm} in before_fork.`
}

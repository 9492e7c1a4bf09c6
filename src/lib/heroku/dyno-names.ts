// Dyno names (`web.1`, on Fir `web-848cd4f64d-pvpr2`) and HEAPDUMP_DYNOS, which buildpack/profile.d/zz-heapdump.sh reads
// in the same way.
import {processTypeOf} from '../process-type.js'

/** One-off dynos, such as a console or a release phase, which `*` does not match. */
const ONE_OFF = /^(?:run|release)(?:[.-]|$)/

export function isOneOff(dynoOrType: string): boolean {
  return ONE_OFF.test(dynoOrType)
}

/** `web` → `web.1`. */
export function firstOfType(name: string): string {
  return /^[a-z]\w*$/i.test(name) ? `${name}.1` : name
}

/** `web.1,worker.*` → its patterns. */
export function dynoPatterns(value: string | undefined): readonly string[] {
  const words = (value ?? '').split(/[,\s]+/).filter(word => word !== '')
  return words.length === 0 ? ['web.1'] : words
}

export function matchesDyno(pattern: string, dyno: string): boolean {
  const type = processTypeOf(dyno)
  if (pattern === dyno) return true
  if (pattern === '*') return !isOneOff(dyno)
  // On Fir, where dynos have no numbers, `web.1` means any web dyno.
  if (!dyno.includes('.') && pattern === `${type}.1`) return true
  return pattern === type || pattern === `${type}.*`
}

/**
 * Dynos that should have an agent. `up` null: unknown. For a pattern without a running dyno, the first dyno that it would
 * match.
 */
export function enabledDynos(patterns: readonly string[], up: readonly string[] | null): readonly string[] {
  const found = patterns.flatMap(pattern => {
    if (/^[^*]+[.-][^*]*\d/.test(pattern)) return [pattern]
    const matching = (up ?? []).filter(dyno => matchesDyno(pattern, dyno))
    return matching.length > 0 ? matching : [pattern === '*' ? 'web.1' : firstOfType(pattern.replace(/\.\*$/, ''))]
  })
  return [...new Set(found)]
}

// Summaries of an app's dumps over many releases: three web dynos with two Puma workers each, dumped at any age. Each
// process holds some constants, a cache that fills within hours up to its bound, and noise. One release brings a leak.

const HOUR_MS = 3_600_000
const MB = 1e6

/** A repeatable source of random numbers, mulberry32. @param {number} seed @returns {() => number} in 0 … 1 */
export function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * @typedef {object} Story
 * @property {number} seed
 * @property {number} [releases]
 * @property {number} [dumps] in all
 * @property {number | null} [leakFrom] position of the release that brings the leak; null: none does
 * @property {number | null} [fixedIn] position of the release without it
 * @property {number} [perHour] of the leak, bytes
 * @property {readonly string[]} [leakOn] the dynos that leak
 * @property {number} [longestHours] age of the oldest process
 */

/** @param {number} at */
export const releaseName = at => `v${101 + at}`

/** @param {Story} story @returns {import('../../src/lib/analysis/compare/dump-summary.js').DumpSummary[]} oldest first */
export function summariesOf({
  seed,
  releases = 20,
  dumps = 500,
  leakFrom = 12,
  fixedIn = null,
  perHour = 4 * MB,
  leakOn = ['web.1', 'web.2', 'web.3'],
  longestHours = 24,
}) {
  const random = randomFrom(seed)
  /** @param {number} share */
  const noisy = share => 1 + share * (random() + random() + random() - 1.5)
  const start = Date.UTC(2026, 9, 1)
  return Array.from({length: dumps}, (_, number) => {
    const release = Math.floor((number * releases) / dumps)
    const ageHours = 0.2 + random() ** 2 * longestHours
    const dyno = `web.${1 + Math.floor(random() * 3)}`
    const worker = Math.floor(random() * 2)
    const isLeaking =
      leakFrom !== null && release >= leakFrom && !(fixedIn !== null && release >= fixedIn) && leakOn.includes(dyno)
    const createdAt = start + number * HOUR_MS
    const held = new Map([
      ['Rails::Application', 18 * MB * noisy(0.04)],
      ['I18n::Backend::Simple', 9 * MB * noisy(0.02)],
      ['Catalogue', (release >= 5 ? 7 : 4) * MB * noisy(0.02)],
      ['PageCache', 30 * MB * (1 - Math.exp(-ageHours / 2)) * noisy(0.15)],
      ['PriceList', 1.2 * MB * noisy(0.1) + (isLeaking ? perHour * ageHours * noisy(0.3) : 0)],
      ['Thread of Puma::ThreadPool', 3 * MB * random() * noisy(0.5)],
    ])
    const owners = [...held]
      .map(([name, memsize]) => ({
        classes: [],
        memsize: Math.round(memsize),
        name,
        objects: Math.round(memsize / 60),
        sites: name === 'PriceList' ? [{file: '/app/lib/price_list.rb', line: 12, memsize: 1, objects: 1}] : [],
      }))
      .toSorted((a, b) => b.memsize - a.memsize)
    const memsize = owners.reduce((sum, owner) => sum + owner.memsize, 0)
    const stem = `${new Date(createdAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${dyno}-${20 + worker}-k3f9q2m8x1`
    return {
      version: 1,
      classes: [],
      dump: {
        bootedAt: new Date(createdAt - ageHours * HOUR_MS).toISOString(),
        createdAt: new Date(createdAt).toISOString().replace('.000Z', 'Z'),
        dyno,
        id: `d${String(number).padStart(5, '0')}`,
        key: `heapdump/v1/${stem}.json.gz`,
        memoryBytes: Math.round(memsize * 2.1 + 60 * MB),
        pid: 20 + worker,
        process: `puma worker ${worker}`,
        quotaBytes: 536_870_912,
        release: releaseName(release),
      },
      healthy: !isLeaking,
      owners,
      sites: [],
      suspects: isLeaking
        ? [
            {
              kind: 'leak',
              owner: 'PriceList',
              retainedSize: Math.round(held.get('PriceList') ?? 0),
              rule: 'growing-collection',
              severity: 'high',
              share: 0.3,
            },
          ]
        : [],
      totals: {memsize, objects: Math.round(memsize / 60)},
      traced: false,
    }
  })
}

// How often the memory line is wrong: synthetic days of each shape, as the agent thins them, and what status says.
//   npx vitest run --config bench/agent/vitest.config.ts bench/agent/memory-line
//   HEAPDUMP_BENCH_SERIES=3000
import {expect, it} from 'vitest'
import {falling, type Family, HEALTHY, rising, statesOf} from '../../test/support/memory-series.js'

const SERIES = Number(process.env.HEAPDUMP_BENCH_SERIES ?? 3000)
/** Other seeds than those of the tests, by which the judgement was tuned. */
const SEEDS = Array.from({length: SERIES}, (_, at) => 1_000_000 + at)
const STATES = ['grows', 'climbing', 'level', 'levelling', 'falling', 'sawtooth', 'unclear', 'short'] as const

it('says of few healthy processes that they grow', () => {
  const families: Record<string, Family> = {rising, ...HEALTHY, falling}
  console.log(`| ${SERIES} of each | ${STATES.join(' | ')} |`)
  console.log(`|---|${STATES.map(() => '---').join('|')}|`)
  let wrong = 0
  for (const [name, family] of Object.entries(families)) {
    const counts = statesOf(family, SEEDS)
    console.log(`| ${name} | ${STATES.map(state => counts[state] ?? 0).join(' | ')} |`)
    if (family !== rising) wrong += counts.grows ?? 0
  }

  const healthy = SERIES * (Object.keys(families).length - 1)
  console.log(`said to grow, of ${healthy} that do not: ${wrong}, ${((100 * wrong) / healthy).toFixed(2)} %`)
  expect(wrong / healthy).toBeLessThan(0.01)
})

// Real processes with one planted cause each: what is said first, and what the remedy gives back. `npm run memory` runs all
// programs.
import {expect, it} from 'vitest'
import {dumpProgram, faultsOf, measured, readProgram, type Stage} from '../memory/run-program.js'
import type {Services} from '../support/services.js'
import {withServices} from '../support/with-services.js'

let services: Services
withServices(started => (services = started as Services))

type Trimmed = {processes: Array<{beforeBytes: number; afterBytes: number; stallMs: number; refused: string | null}>}

it('free memory in many arenas is named first, and heapdump:trim returns what malloc_trim returned in the copy', async () => {
  const program = readProgram('arenas')
  let trimmed: Trimmed = {processes: []}
  const onDumped = async ({cli}: Stage) => void (trimmed = (await cli('heapdump:trim', '--yes', '--json')) as Trimmed)
  const result = await dumpProgram(program, services, {onDumped})
  expect(faultsOf(program, result)).toEqual([])
  const [{process, suspects}] = result.reports
  expect(suspects[0].advice).toContain('MALLOC_ARENA_MAX=2 gives back about')
  const [{afterBytes, beforeBytes, refused, stallMs}] = trimmed.processes
  expect(refused).toBeNull()
  const said = process.allocator.trimmableBytes
  expect(said).toBeGreaterThan(100e6)
  expect(beforeBytes - afterBytes).toBeGreaterThan(said * 0.8)
  expect(afterBytes).toBeLessThan(measured(program, result.reports[0]) - said * 0.8)
  expect(stallMs).toBeGreaterThanOrEqual(0)
})

it('a native leak is blamed on the C extension, by its growth between two dumps', async () => {
  const program = readProgram('extension-database')
  const result = await dumpProgram(program, services)
  expect(faultsOf(program, result)).toEqual([])
  const [suspect] = result.diff.suspects
  expect(suspect).toMatchObject({kind: 'leak', rule: 'native-leak', severity: 'high'})
  expect(suspect.evidence.join('\n')).toContain('likeliest first: sqlite3')
  expect(suspect.advice).toContain('the code that uses sqlite3 a thousand times')
  expect(result.diff.memoryGrowth.text).toMatch(/^The process grew by [\d.]+ MB: [\d.]+ MB native memory/)
})

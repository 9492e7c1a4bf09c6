import {describe, expect, it} from 'vitest'
import {drawMemory} from '../../../src/lib/render/memory-chart.js'
import {sparkline} from '../../../src/lib/render/sparkline.js'

const point = (timeMs: number, bytes: number, run = 'a') => ({bytes, run, timeMs})

describe('the memory chart', () => {
  it('is solid at dumps, shaded between dumps of one run, blank between runs', () => {
    const {axis, lines, restarts} = drawMemory(
      [point(0, 100), point(4, 200), point(8, 100, 'b'), point(9, 100, 'b')],
      10,
      2,
    )
    expect(lines).toEqual(['   ░█     ', '▃░░░█   ▃▃'])
    expect(axis).toBe('┴───┴───┴┴')
    expect(restarts).toBe('        ↻')
  })

  it('shows the largest dump in a column', () => {
    const {lines, mostBytes} = drawMemory([point(0, 1), point(1, 9), point(2, 1), point(1000, 1)], 4, 1)
    expect(lines[0][0]).toBe('█')
    expect(mostBytes).toBe(9)
  })

  it('draws a single dump, and a flat line', () => {
    expect(drawMemory([point(5, 100)], 3, 2).lines).toEqual(['   ', '█  '])
    expect(drawMemory([point(0, 100), point(2, 100)], 3, 2).lines).toEqual(['   ', '█░█'])
  })
})

describe('a sparkline', () => {
  it('goes from the least to the most', () => {
    expect(sparkline([10, 20, 45, 80])).toBe('▁▂▅█')
    expect(sparkline([7, 7])).toBe('▁▁')
  })
})

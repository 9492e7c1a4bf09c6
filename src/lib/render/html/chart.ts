// What the charts of a page share: a grid with round numbers. Charts are SVG, stretched to the width of the page.
import {formatBytes} from '../../units.js'
import {type Html, html} from './html.js'

/** Of an SVG, in its own units. */
export const WIDTH = 1000
export const HEIGHT = 200
/** Free above the highest value. */
const HEADROOM = 12

/** The distance of a value from the top of the chart. */
export function heightOf(value: number, largest: number): number {
  return round(HEIGHT - (value / largest) * (HEIGHT - HEADROOM))
}

/** The same from the bottom, as a percentage of the height. */
export function percentFromBottom(value: number, largest: number): number {
  return round(((HEIGHT - heightOf(value, largest)) / HEIGHT) * 100)
}

export function grid(largest: number): Html {
  const step = gridStep(largest)
  const values = Array.from({length: Math.floor(largest / step)}, (_, at) => (at + 1) * step)
  return html`${values.map(value => html`<span class="grid" style="bottom:${percentFromBottom(value, largest)}%"><b>${formatBytes(value)}</b></span>`)}`
}

/** 1, 2 or 5 times a power of ten, for about three grid lines. */
function gridStep(largest: number): number {
  const rough = largest / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= rough) ?? rough
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}

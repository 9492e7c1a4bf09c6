// Stacks as text for any flame graph tool: `Shop;Shop::Cache;String 1234`, one line per stack, with shallow bytes.
import type {Stacks} from '../analysis/export/stacks.js'
import {printable} from '../printable.js'

export function foldedStacks({frames, stacks}: Stacks): string {
  // The format has no way to write a semicolon.
  const names = frames.map(({name}) => printable(name).replaceAll(';', ':'))
  return stacks.map(({frames: stack, memsize}) => `${stack.map(frame => names[frame]).join(';')} ${memsize}\n`).join('')
}

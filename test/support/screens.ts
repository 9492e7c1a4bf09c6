// Screens as a terminal of a given width gets them, with colours or without: what golden files hold.
import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'
import type {ReactElement} from 'react'
import {renderScreen} from '../../src/lib/render/ink/render-screen.js'

/** Ink's own copy of chalk decides about colours, once, from what stdout is. */
const inkRequire = createRequire(createRequire(import.meta.url).resolve('ink'))
const {default: chalk} = (await import(pathToFileURL(inkRequire.resolve('chalk')).href)) as {default: {level: number}}

export function drawn(element: (width: number) => ReactElement, width: number, colours = false): string {
  const level = chalk.level
  chalk.level = colours ? 1 : 0
  try {
    return renderScreen(element(width), width)
  } finally {
    chalk.level = level
  }
}

/** Longest line, in characters, without colours. */
export function widthOf(screen: string): number {
  return Math.max(...screen.split('\n').map(line => [...line].length))
}

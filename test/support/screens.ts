// Renders screens for a terminal of a given width, with colours or without, for golden files.
import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'
import type {ReactElement} from 'react'
import {renderScreen} from '../../src/lib/render/ink/render-screen.js'

/** Ink's own copy of chalk decides about colours once, based on stdout. */
const inkRequire = createRequire(createRequire(import.meta.url).resolve('ink'))
const {default: chalk} = (await import(pathToFileURL(inkRequire.resolve('chalk')).href)) as {default: {level: number}}

/** True colour, so that a colour that is not one of the terminal's own would show. */
const COLOURS = 3

export function drawn(element: (width: number) => ReactElement, width: number, colours = false): string {
  const level = chalk.level
  chalk.level = colours ? COLOURS : 0
  try {
    return renderScreen(element(width), width)
  } finally {
    chalk.level = level
  }
}

/** As `drawn`, for what is drawn meanwhile. */
export async function drawWithColours(colours: boolean, draw: () => Promise<void>): Promise<void> {
  const level = chalk.level
  chalk.level = colours ? COLOURS : 0
  try {
    await draw()
  } finally {
    chalk.level = level
  }
}

/** The longest line, in characters; expects no colours. */
export function widthOf(screen: string): number {
  return Math.max(...screen.split('\n').map(line => [...line].length))
}

/** Characters that are wide in every terminal: by their Unicode blocks, independently of the layout library. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\u{20000}-\u{3fffd}]/u

/** The columns that a line takes in a terminal. */
export function columnsOf(line: string): number {
  return [...line].reduce(
    (sum, character) => sum + (/\p{Mn}|\p{Me}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1),
    0,
  )
}

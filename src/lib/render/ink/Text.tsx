// Ink's Text for all that is drawn: what it is given is made printable, wherever it comes from. Nothing else may draw a
// text (lint).
import {Text as InkText, type TextProps} from 'ink'
import {createElement, type ReactNode} from 'react'
import {printable} from '../../printable.js'

/** Many times what a paragraph has, or a command with the longest path that there is. */
const MOST_CHARACTERS = 1 << 12

type Props = Omit<TextProps, 'bold' | 'color' | 'dimColor'> & {
  readonly bold?: boolean | undefined
  readonly color?: string | undefined
  readonly dimColor?: boolean | undefined
}

export function Text({children, color, bold = false, dimColor = false, ...props}: Props) {
  return createElement(
    InkText,
    {bold, dimColor, ...props, ...(color === undefined ? {} : {color})},
    ...listed(children).map(child => (typeof child === 'string' ? drawable(child) : child)),
  )
}

/** Ink measures a text in a time that grows with the square of its length. */
function drawable(text: string): string {
  const line = printable(text)
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…` : line
}

function listed(children: ReactNode): readonly ReactNode[] {
  return Array.isArray(children) ? (children as readonly ReactNode[]).flat() : [children]
}

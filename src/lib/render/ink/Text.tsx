// Ink's Text, made printable wherever the text comes from. Everything is drawn with this component; a lint rule forbids
// Ink's own.
import {Text as InkText, type TextProps} from 'ink'
import {createElement, type ReactNode} from 'react'
import {printable} from '../../printable.js'

/** Far more than any paragraph or any command with the longest possible path. */
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

/** Ink takes quadratic time to measure text. */
function drawable(text: string): string {
  const line = printable(text)
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…` : line
}

function listed(children: ReactNode): readonly ReactNode[] {
  return Array.isArray(children) ? (children as readonly ReactNode[]).flat() : [children]
}

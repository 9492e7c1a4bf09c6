// Ink's Text for all that is drawn: what it is given is made printable, wherever it comes from. Nothing else may draw a
// text (lint).
import {Text as InkText, type TextProps} from 'ink'
import {createElement, type ReactNode} from 'react'
import {printable} from '../../printable.js'

export function Text({children, ...props}: TextProps) {
  return createElement(
    InkText,
    props,
    ...listed(children).map(child => (typeof child === 'string' ? printable(child) : child)),
  )
}

function listed(children: ReactNode): readonly ReactNode[] {
  return Array.isArray(children) ? (children as readonly ReactNode[]).flat() : [children]
}

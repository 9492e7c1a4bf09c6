// Text in lines: broken between words, without the blanks at the break. Ink's own wrapping keeps those at the next line's beginning.

/** Lines of at most `width` characters; a longer word is cut. Never empty. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    let rest = word
    if (line !== '' && line.length + 1 + rest.length <= width) {
      line += ` ${rest}`
      continue
    }

    if (line !== '') lines.push(line)
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width))
    line = rest
  }

  return [...lines, line]
}

// An indented tree with one line per node and a number at the right edge. Deep levels are not indented further, to
// leave room for labels.
import {Box} from 'ink'
import {shortenRight, widthOf} from '../text-width.js'
import {Text} from './Text.js'

export type TreeLine = {
  readonly depth: number
  /** True for the last child of its parent. */
  readonly last?: boolean
  /** How its parent references it; dim. */
  readonly reference?: string | null
  readonly label: string
  /** After the label; dim. */
  readonly note?: string
  readonly right?: string
  readonly dim?: boolean
  readonly bold?: boolean
}

type Props = {
  readonly lines: readonly TreeLine[]
  readonly width: number
}

const INDENT = 3
/** Least columns for the words of a line. */
const ROOM = 48

export function Tree({lines, width}: Props) {
  const deepest = Math.max(1, Math.floor((width - INDENT - ROOM) / 2))
  const leads = leadsOf(lines, deepest)
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => {
        const lead = leads[index] ?? ''
        const right = line.right ?? ''
        const reference = line.reference ? `${line.reference}  ` : ''
        const note = line.note ? `  ${line.note}` : ''
        const room = width - lead.length - (right === '' ? 0 : right.length + 2)
        const label = cut(line.label, room - widthOf(reference))
        const rest = cut(note, room - widthOf(reference) - widthOf(label))
        const gap = ' '.repeat(Math.max(0, width - widthOf(lead + reference + label + rest) - right.length))
        return (
          <Text key={index} wrap="truncate">
            <Text dimColor>
              {lead}
              {reference}
            </Text>
            <Text bold={line.bold} dimColor={line.dim}>
              {label}
            </Text>
            <Text dimColor>{rest}</Text>
            {right === '' ? '' : gap}
            <Text bold={line.bold} dimColor={line.dim}>
              {right}
            </Text>
          </Text>
        )
      })}
    </Box>
  )
}

function cut(text: string, room: number): string {
  return room < 4 && widthOf(text) > room ? '' : shortenRight(text, room)
}

/** What precedes the words: blanks, the lines of ancestors with further children, the branch. */
function leadsOf(lines: readonly TreeLine[], deepest: number): string[] {
  // By depth: whether the latest node there has more siblings.
  const goesOn: boolean[] = []
  return lines.map(({depth, last = true}) => {
    goesOn.length = Math.min(goesOn.length, depth)
    let lead = ' '.repeat(INDENT)
    for (let level = 1; level < Math.min(depth, deepest + 1); level++) lead += goesOn[level] ? '│ ' : '  '
    goesOn[depth] = !last
    return depth === 0 ? lead : `${lead}${last ? '└ ' : '├ '}`
  })
}

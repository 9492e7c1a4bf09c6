// An indented tree with one line per node and a number behind the longest line. Deep levels are not indented further,
// to leave room for labels.
import {Box} from 'ink'
import {shortenLeft, shortenRight, widthOf} from '../text-width.js'
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
  /** After the number: an allocation site, which is cut from the left. */
  readonly after?: string
  /** The same, in colour, never cut. */
  readonly mark?: string
  readonly dim?: boolean
  readonly bold?: boolean
}

type Props = {
  readonly lines: readonly TreeLine[]
  readonly width: number
}

const INDENT = 3
const GAP = 2
/** Least columns for the words of a line. */
const ROOM = 48
/** Least columns for a label before the number, and for what follows it: enough for a mark, or the end of a path. */
const LEAST_LABEL = 26
const LEAST_AFTER = 18

export function Tree({lines, width}: Props) {
  const deepest = Math.max(1, Math.floor((width - INDENT - ROOM) / 2))
  const leads = leadsOf(lines, deepest)
  const widest = (measure: (line: TreeLine, at: number) => number) => Math.max(0, ...lines.map(measure))
  const numbers = widest(({right = ''}) => right.length)
  const words = widest(
    ({label, note, reference}, at) =>
      (leads[at] ?? '').length + widthOf(referenceText(reference)) + widthOf(label) + widthOf(noteText(note)),
  )
  const besideWords = numbers === 0 ? 0 : numbers + GAP
  const wanted = widest(({after = '', mark = ''}) => widthOf(mark === '' ? after : mark))
  const least = widest((_, at) => (leads[at] ?? '').length) + LEAST_LABEL
  const rest = width - besideWords
  // Words come first, then the sites.
  const before = Math.min(words, wanted === 0 ? rest : Math.max(least, rest - GAP - Math.min(wanted, LEAST_AFTER)))
  const left = rest - before - GAP
  const afterWidth = left < Math.min(wanted, LEAST_AFTER) ? 0 : Math.min(wanted, left)
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => {
        const lead = leads[index] ?? ''
        const reference = referenceText(line.reference)
        const room = before - lead.length
        const label = cut(line.label, room - widthOf(reference))
        const note = noteIn(line, room - widthOf(reference) - widthOf(label))
        const right = line.right ?? ''
        const space = ' '.repeat(
          Math.max(0, before + besideWords - widthOf(lead + reference + label + note) - right.length),
        )
        return (
          <Text key={index} wrap="truncate">
            <Text dimColor>
              {lead}
              {reference}
            </Text>
            <Text bold={line.bold} dimColor={line.dim}>
              {label}
            </Text>
            <Text dimColor>{note}</Text>
            {right === '' ? '' : space}
            <Text bold={line.bold} dimColor={line.dim}>
              {right}
            </Text>
            {right === '' || afterWidth === 0 ? null : <After line={line} width={afterWidth} />}
          </Text>
        )
      })}
    </Box>
  )
}

function After({line: {after = '', mark = ''}, width}: {readonly line: TreeLine; readonly width: number}) {
  if (mark !== '' && widthOf(mark) <= width)
    return (
      <Text color="yellow">
        {' '.repeat(GAP)}
        {mark}
      </Text>
    )
  return after === '' ? null : (
    <Text color="cyan">
      {' '.repeat(GAP)}
      {shortenLeft(after, width)}
    </Text>
  )
}

function referenceText(reference: string | null | undefined): string {
  return reference ? `${reference}  ` : ''
}

function noteText(note: string | undefined): string {
  return note ? `  ${note}` : ''
}

/** Part of an address is of no use. */
function noteIn({note}: TreeLine, room: number): string {
  const text = noteText(note)
  return note?.startsWith('0x') && widthOf(text) > room ? '' : cut(text, room)
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

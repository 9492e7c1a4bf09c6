// The explorer's screen, one line shorter than the terminal: Ink clears the scrollback when it fills the terminal.
import {Box, useInput} from 'ink'
import {useMemo, useRef, useState} from 'react'
import type {AnalysisReport} from '../../../analysis/report/report.js'
import type {DumpOnCommandLine} from '../../next-after.js'
import {commandOf} from './command-of.js'
import {CommandNote} from './CommandNote.js'
import {Help} from './Help.js'
import {actionFor, keystrokes} from './keys.js'
import {OBJECT_NOTE_HEIGHT, ObjectNote} from './ObjectNote.js'
import type {ObjectLists} from './object-lists.js'
import {placeView, type ViewInput} from './place-view.js'
import {firstRow, RowList} from './RowList.js'
import {homeLists} from './rows.js'
import {Rule} from './Rule.js'
import {canGroup, type ExploreState, FIRST_STATE, listShown, placeShown, reduce} from './state.js'
import {StatusLine} from './StatusLine.js'
import {heightOfNote, SuspectNote} from './SuspectNote.js'
import {Tabs} from './Tabs.js'
import {TopBar} from './TopBar.js'

type Props = {
  readonly report: AnalysisReport
  readonly title: string
  readonly dump: DumpOnCommandLine
  readonly lists: ObjectLists
  readonly width: number
  readonly height: number
  readonly onQuit: () => void
  /** Returns whether the command was sent to the clipboard. */
  readonly onCopy: (command: string) => boolean
}

/** Title, tabs, a blank line, status. */
const FRAME = 4
/** Least rows of the list in a tiny window. */
const LEAST_ROWS = 2

export function Explore({report, title, dump, lists, width, height, onQuit, onCopy}: Props) {
  const home = useMemo(() => homeLists(report), [report])
  const [state, setState] = useState(FIRST_STATE)
  // Keys may arrive faster than screens are drawn, so each is applied to the latest state.
  const latest = useRef(state)
  const [wasSent, setWasSent] = useState(false)
  const layout = (of: ExploreState) => layOut(of, {height, home, lists, report, width})
  const {place, note, rows, view, total, at} = layout(state)

  useInput((input, key) => {
    for (const [character, plain] of keystrokes(input, key)) {
      const now = layout(latest.current)
      const selected = now.view.rowAt(now.at)?.target ?? null
      const action = actionFor(character, plain, {
        command: commandOf(selected ?? now.place.target, dump),
        pageRows: now.rows,
        selected,
        sortable: now.view.sortable,
        state: latest.current,
        total: now.total,
      })
      if (action === 'quit') return onQuit()
      if (action?.type === 'copy' && action.command !== null) setWasSent(onCopy(action.command))
      if (action !== null) latest.current = reduce(latest.current, action)
    }

    setState(latest.current)
  })

  return (
    <Box flexDirection="column" height={height} width={width}>
      <TopBar title={title} trail={state.places.slice(1).map(({target}) => target?.label ?? '')} width={width} />
      {view.tabs.length > 0 ? <Tabs shown={place.tab} tabs={view.tabs} /> : <Rule width={width} />}
      {state.command !== null ? (
        <CommandNote command={state.command} height={height - 3} wasSent={wasSent} />
      ) : state.help ? (
        <Help height={height - 3} />
      ) : (
        <>
          {note > 0 ? (
            <PlaceNote height={note} lists={lists} report={report} state={state} selected={at} width={width} />
          ) : null}
          <Box flexShrink={0} height={1} />
          <RowList
            cursor={at}
            first={firstRow(at, total, rows)}
            headers={view.headers}
            height={rows + 1}
            rowAt={view.rowAt}
            total={total}
            width={width}
          />
        </>
      )}
      <StatusLine
        canGoBack={state.places.length > 1}
        cursor={at}
        filter={listShown(state).filter}
        canGroup={canGroup(place)}
        hasTabs={view.tabs.length > 1}
        matches={view.matches}
        total={view.total}
        typing={state.typing}
        width={width}
      />
    </Box>
  )
}

type LayoutInput = Pick<ViewInput, 'home' | 'lists' | 'report'> & {readonly height: number; readonly width: number}

/** What a state shows where. Pure, except that it requests pages. */
function layOut(state: ExploreState, {height, width, ...known}: LayoutInput) {
  const place = placeShown(state)
  const {cursor} = listShown(state)
  const note = noteHeight(state, known.report, height, width)
  const rows = Math.max(LEAST_ROWS, height - FRAME - note) - 1
  // While the total is unknown, the rows around the cursor are requested.
  const view = placeView({...known, first: Math.max(0, cursor - rows), last: cursor + rows, place})
  const total = view.total ?? 0
  return {at: Math.max(0, Math.min(cursor, total - 1)), note, place, rows, total, view}
}

/**
 * Height of the note above the list: the open object, or the suspect that is open or selected. The same for all
 * suspects in the list.
 */
function noteHeight(state: ExploreState, {suspects}: AnalysisReport, height: number, width: number): number {
  const {target, tab} = placeShown(state)
  if (target?.kind === 'object')
    return OBJECT_NOTE_HEIGHT + heightOfSuspect(suspects[target.suspect ?? -1], height, width)
  if (target?.kind === 'suspect') {
    const open = suspects.slice(target.index, target.index + 1).map(suspect => heightOfNote(suspect, width, true))
    return Math.min(...open, Math.max(5, Math.floor((height - FRAME) * 0.6)))
  }

  if (target !== null || tab !== 0) return 0
  return Math.min(
    Math.max(0, ...suspects.map(suspect => heightOfNote(suspect, width, false))),
    Math.max(4, Math.floor((height - FRAME) * 0.35)),
  )
}

/** Above the object that the suspect is, at most a third of the screen. */
function heightOfSuspect(
  suspect: AnalysisReport['suspects'][number] | undefined,
  height: number,
  width: number,
): number {
  return suspect === undefined ? 0 : Math.min(heightOfNote(suspect, width, true), Math.floor((height - FRAME) / 3))
}

type NoteProps = {
  readonly state: ExploreState
  readonly report: AnalysisReport
  readonly lists: ObjectLists
  readonly height: number
  readonly width: number
  readonly selected: number
}

function PlaceNote({state, report, lists, height, width, selected}: NoteProps) {
  const {target} = placeShown(state)
  if (target?.kind === 'object') {
    const suspect = report.suspects[target.suspect ?? -1]
    return (
      <>
        {suspect === undefined ? null : (
          <SuspectNote height={height - OBJECT_NOTE_HEIGHT} suspect={suspect} width={width} withTitle />
        )}
        <ObjectNote facts={lists.facts(target.address)} label={target.label} width={width} />
      </>
    )
  }

  const suspect = report.suspects[target?.kind === 'suspect' ? target.index : selected]
  return suspect === undefined ? null : (
    <SuspectNote height={height} suspect={suspect} width={width} withTitle={target !== null} />
  )
}

// The meaning of each key, given what is on the screen.
import type {Key} from 'ink'
import {type Action, canGroup, type ExploreState, listShown, placeShown, type Target} from './state.js'

export type KeyContext = {
  readonly state: ExploreState
  /** All rows in the list. */
  readonly total: number
  /** Rows that the screen shows. */
  readonly pageRows: number
  /** What Enter opens; null while the row under the cursor is unknown. */
  readonly selected: Target | null
  /** The number of columns by which the list can be sorted. */
  readonly sortable: number
  /** The command to copy; null: none. */
  readonly command: string | null
}

export const KEY_HELP: ReadonlyArray<readonly [string, string]> = [
  ['↑ ↓  j k', 'one row'],
  ['PgUp PgDn  ctrl-b ctrl-f', 'one page'],
  ['Home End  < >', 'first or last row'],
  ['Tab  ← →  1 to 5', 'another list'],
  ['Enter  l', 'open the selected row'],
  ['Backspace  Esc  h', 'clear the filter, then go back'],
  ['/', 'filter by a name or the start of an address'],
  ['f', 'find in all objects: by class, name or address'],
  ['s', 'sort by the next column'],
  ['g', 'group like objects, or list each'],
  ['y', 'copy the command that explains the selected row'],
  ['?', 'this help'],
  ['q  ctrl-c', 'quit'],
]

const CONTROLS: Readonly<Record<string, readonly [string, Partial<Key>]>> = {
  '\b': ['', {backspace: true}],
  '\t': ['', {tab: true}],
  '\n': ['', {return: true}],
  '\r': ['', {return: true}],
  '\u0003': ['c', {ctrl: true}],
  '\u007F': ['', {backspace: true}],
}

/** Splits keys that arrived together, as on a slow connection, into single ones. */
export function keystrokes(input: string, key: Partial<Key>): ReadonlyArray<readonly [string, Partial<Key>]> {
  const characters = [...input]
  return characters.length < 2 || key.ctrl || key.meta
    ? [[input, key]]
    : characters.map(character => CONTROLS[character] ?? [character, {}])
}

/** null if the key means nothing here. */
export function actionFor(
  input: string,
  key: Partial<Key>,
  {state, total, pageRows, selected, sortable, command}: KeyContext,
): Action | 'quit' | null {
  if (key.ctrl && input === 'c') return 'quit'
  if (state.typing) return typed(input, key, listShown(state).filter, total)
  if (state.command !== null) return input === 'q' ? 'quit' : {command: null, type: 'copy'}
  if (state.help) return input === 'q' ? 'quit' : {help: false, type: 'help'}
  const move = (by: number): Action => ({by, total, type: 'move'})
  const page = Math.max(1, pageRows - 1)
  if (key.upArrow || input === 'k') return move(-1)
  if (key.downArrow || input === 'j') return move(1)
  if (key.pageUp || (key.ctrl && input === 'b')) return move(-page)
  if (key.pageDown || (key.ctrl && input === 'f') || input === ' ') return move(page)
  if (key.home || input === '<') return move(-total)
  if (key.end || input === '>' || input === 'G') return move(total)
  if (key.tab) return {by: key.shift ? -1 : 1, type: 'tab'}
  if (key.leftArrow) return {by: -1, type: 'tab'}
  if (key.rightArrow) return {by: 1, type: 'tab'}
  if (/^[1-9]$/.test(input)) return {tab: Number(input) - 1, type: 'show-tab'}
  if (key.return || input === 'l') return selected === null ? null : {target: selected, type: 'open'}
  if (key.escape || key.backspace || key.delete || input === 'h') return {type: 'back'}
  if (input === '/') return {type: 'type', typing: true}
  if (input === 'f') return {type: 'find'}
  if (input === 's') return sortable < 2 ? null : {columns: sortable, type: 'sort'}
  if (input === 'g') return canGroup(placeShown(state)) ? {type: 'group'} : null
  if (input === 'y') return command === null ? null : {command, type: 'copy'}
  if (input === '?') return {help: true, type: 'help'}
  if (input === 'q') return 'quit'
  return null
}

function typed(input: string, key: Partial<Key>, filter: string, total: number): Action | null {
  if (key.return || key.downArrow) return {type: 'type', typing: false}
  if (key.escape) return {type: 'back'}
  if (key.upArrow || key.pageUp || key.pageDown) return {by: 0, total, type: 'move'}
  // Terminals send either one for Backspace.
  if (key.backspace || key.delete)
    return filter === '' ? {type: 'type', typing: false} : {filter: [...filter].slice(0, -1).join(''), type: 'filter'}
  const text = key.ctrl || key.meta ? '' : input.replaceAll(/\p{Cc}/gu, '')
  return text === '' ? null : {filter: filter + text, type: 'filter'}
}

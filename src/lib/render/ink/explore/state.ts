// The explorer's state: a stack of places, each with its lists, and the effect of each action. Pure; it does not know
// the lists' contents.
import type {ListSource} from '../../../analysis/browse/browse.js'

/** What can be opened: one object, the objects of a class or an allocation site, or a suspect by index. */
export type Target =
  | {readonly kind: 'object'; readonly address: string; readonly label: string}
  | {readonly kind: 'group'; readonly source: Extract<ListSource, {kind: 'class' | 'site'}>; readonly label: string}
  | {readonly kind: 'suspect'; readonly index: number; readonly label: string}

export type ListState = {readonly cursor: number; readonly filter: string}

export type Place = {
  /** null: the home screen. */
  readonly target: Target | null
  /** Index of the current list. */
  readonly tab: number
  readonly lists: readonly ListState[]
}

export type ExploreState = {
  /** The last one is on the screen. */
  readonly places: readonly Place[]
  /** True while letters go to the filter. */
  readonly typing: boolean
  readonly help: boolean
}

export type Action =
  | {readonly type: 'move'; readonly by: number; readonly total: number}
  | {readonly type: 'tab'; readonly by: number}
  | {readonly type: 'show-tab'; readonly tab: number}
  | {readonly type: 'open'; readonly target: Target}
  | {readonly type: 'back'}
  | {readonly type: 'type'; readonly typing: boolean}
  | {readonly type: 'filter'; readonly filter: string}
  | {readonly type: 'help'; readonly help: boolean}

export const HOME_TABS = ['suspects', 'classes', 'sites', 'dominators'] as const
export const OBJECT_TABS = ['path', 'referrers', 'references', 'children'] as const

const EMPTY: ListState = {cursor: 0, filter: ''}

export function placeOf(target: Target | null): Place {
  const lists = target === null ? HOME_TABS.length : target.kind === 'object' ? OBJECT_TABS.length : 1
  return {lists: Array.from({length: lists}, () => EMPTY), tab: 0, target}
}

const BEGINNING = placeOf(null)
export const FIRST_STATE: ExploreState = {help: false, places: [BEGINNING], typing: false}

export function placeShown({places}: ExploreState): Place {
  return places.at(-1) ?? BEGINNING
}

export function listShown(state: ExploreState): ListState {
  return listOf(placeShown(state))
}

export function listOf({lists, tab}: Place): ListState {
  return lists[tab] ?? EMPTY
}

export function reduce(state: ExploreState, action: Action): ExploreState {
  const place = placeShown(state)
  switch (action.type) {
    case 'move': {
      const cursor = Math.max(0, Math.min(action.total - 1, listShown(state).cursor + action.by))
      return withList(state, {...listShown(state), cursor})
    }

    case 'tab':
      return withPlace(state, {...place, tab: (place.tab + action.by + place.lists.length) % place.lists.length})
    case 'show-tab':
      return action.tab < place.lists.length ? withPlace(state, {...place, tab: action.tab}) : state
    case 'open':
      return {...state, places: [...state.places, placeOf(action.target)], typing: false}
    case 'back':
      if (listShown(state).filter !== '') return withList({...state, typing: false}, EMPTY)
      return state.places.length > 1 ? {...state, places: state.places.slice(0, -1)} : state
    case 'type':
      return {...state, typing: action.typing}
    case 'filter':
      return withList(state, {cursor: 0, filter: action.filter})
    case 'help':
      return {...state, help: action.help}
  }
}

function withPlace(state: ExploreState, place: Place): ExploreState {
  return {...state, places: [...state.places.slice(0, -1), place]}
}

function withList(state: ExploreState, list: ListState): ExploreState {
  const place = placeShown(state)
  return withPlace(state, {...place, lists: place.lists.map((one, tab) => (tab === place.tab ? list : one))})
}

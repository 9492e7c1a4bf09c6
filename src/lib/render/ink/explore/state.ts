// The explorer's state: a stack of places, each with its lists, and the effect of each action. Pure; it does not know
// the lists' contents.
import type {ListQuery, ListSource, RelatedSource} from '../../../analysis/browse/browse.js'

/** What can be opened: one object, several of them, or a suspect by index that is not an object. */
export type Target =
  /** `suspect`: the index of the suspect that it is. */
  | {readonly kind: 'object'; readonly address: string; readonly label: string; readonly suspect?: number}
  | {
      readonly kind: 'group'
      readonly source: Exclude<ListSource, RelatedSource>
      readonly label: string
    }
  | {readonly kind: 'suspect'; readonly index: number; readonly label: string}

export type ListState = {
  readonly cursor: number
  readonly filter: string
  /** The column that it is sorted by. */
  readonly sort: number
  /** Whether like objects are one row. */
  readonly isGrouped: boolean
}

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
  /** The command on the screen, to be copied; null: none. */
  readonly command: string | null
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
  | {readonly type: 'sort'; readonly columns: number}
  | {readonly type: 'group'}
  | {readonly type: 'find'}
  | {readonly type: 'copy'; readonly command: string | null}

export const HOME_TABS = ['suspects', 'classes', 'sites', 'dominators'] as const
export const OBJECT_TABS = ['children', 'referrers', 'path', 'sites', 'references'] as const
/** Lists of objects that can be grouped by class. */
const GROUPED: ReadonlySet<(typeof OBJECT_TABS)[number]> = new Set(['children', 'referrers', 'references'])

const EMPTY: ListState = {cursor: 0, filter: '', isGrouped: false, sort: 0}
const ALL_OBJECTS: Target = {kind: 'group', label: 'all objects', source: {kind: 'all'}}

export function placeOf(target: Target | null): Place {
  const lists =
    target === null
      ? HOME_TABS.map(() => EMPTY)
      : target.kind === 'object'
        ? OBJECT_TABS.map(tab => ({...EMPTY, isGrouped: GROUPED.has(tab)}))
        : [EMPTY]
  return {lists, tab: 0, target}
}

const BEGINNING = placeOf(null)
export const FIRST_STATE: ExploreState = {command: null, help: false, places: [BEGINNING], typing: false}

/** The names of the columns of a list of objects. */
export function sortNames({isGrouped}: ListState): ReadonlyArray<ListQuery['sort']> {
  return isGrouped ? ['retained', 'shallow', 'objects'] : ['retained', 'shallow']
}

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
      if (listShown(state).filter !== '')
        return withList({...state, typing: false}, {...listShown(state), cursor: 0, filter: ''})
      return state.places.length > 1 ? {...state, places: state.places.slice(0, -1)} : state
    case 'type':
      return {...state, typing: action.typing}
    case 'filter':
      return withList(state, {...listShown(state), cursor: 0, filter: action.filter})
    case 'sort':
      return withList(state, {
        ...listShown(state),
        cursor: 0,
        sort: (listShown(state).sort + 1) % Math.max(1, action.columns),
      })
    case 'group':
      return withList(state, {...listShown(state), cursor: 0, isGrouped: !listShown(state).isGrouped, sort: 0})
    case 'find':
      return place.target === ALL_OBJECTS
        ? {...state, typing: true}
        : {...state, places: [...state.places, placeOf(ALL_OBJECTS)], typing: true}
    case 'copy':
      return {...state, command: action.command}
    case 'help':
      return {...state, help: action.help}
  }
}

/** Whether `g` means something for the list on the screen. */
export function canGroup({target, tab}: Place): boolean {
  return target?.kind === 'object' && GROUPED.has(OBJECT_TABS[tab] ?? 'path')
}

function withPlace(state: ExploreState, place: Place): ExploreState {
  return {...state, places: [...state.places.slice(0, -1), place]}
}

function withList(state: ExploreState, list: ListState): ExploreState {
  const place = placeShown(state)
  return withPlace(state, {...place, lists: place.lists.map((one, tab) => (tab === place.tab ? list : one))})
}

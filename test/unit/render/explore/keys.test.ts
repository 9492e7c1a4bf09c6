// What keys do to the explorer's state: sessions typed key by key, without a screen.
import type {Key} from 'ink'
import {describe, expect, it} from 'vitest'
import {actionFor, keystrokes} from '../../../../src/lib/render/ink/explore/keys.js'
import {
  type ExploreState,
  FIRST_STATE,
  listShown,
  placeShown,
  reduce,
  type Target,
} from '../../../../src/lib/render/ink/explore/state.js'

const object: Target = {address: '0x7f00', kind: 'object', label: 'Hash, 3 entries'}
const NAMED: Readonly<Record<string, Partial<Key>>> = {
  backspace: {backspace: true},
  delete: {delete: true},
  down: {downArrow: true},
  end: {end: true},
  enter: {return: true},
  escape: {escape: true},
  home: {home: true},
  pagedown: {pageDown: true},
  pageup: {pageUp: true},
  right: {rightArrow: true},
  left: {leftArrow: true},
  tab: {tab: true},
  up: {upArrow: true},
}

const CONTEXT = {command: 'heroku heapdump:explain', pageRows: 10, selected: object, sortable: 2, total: 100}

/** Keys by name or letter, one after the other, in lists of 100 rows with 10 visible. */
function press(start: ExploreState, ...keys: readonly string[]): ExploreState {
  return keys.reduce((state, name) => {
    const named = NAMED[name]
    const action = actionFor(named === undefined ? name : '', named ?? {}, {...CONTEXT, state})
    if (action === 'quit') throw new Error('left')
    return action === null ? state : reduce(state, action)
  }, start)
}

const cursor = (state: ExploreState) => listShown(state).cursor

describe('moving', () => {
  it.each([
    [['down', 'j', 'j', 'k'], 2],
    [['up'], 0],
    [['pagedown', 'pagedown', 'pageup'], 9],
    [['end'], 99],
    [['G', 'down'], 99],
    [['end', '<'], 0],
    [['>'], 99],
    [['end', 'up', 'home'], 0],
  ])('%j ends at row %i', (keys, row) => {
    expect(cursor(press(FIRST_STATE, ...keys))).toBe(row)
  })

  it('cycles through the lists, each of which remembers its row', () => {
    expect(placeShown(press(FIRST_STATE, 'left')).tab).toBe(3)
    const state = press(FIRST_STATE, 'down', 'down', 'tab', 'down')
    expect(cursor(state)).toBe(1)
    expect(cursor(press(state, '1'))).toBe(2)
    expect(press(state, '9')).toEqual(state)
  })

  it('stays at the first row of an empty list', () => {
    expect(reduce(FIRST_STATE, {by: 1, total: 0, type: 'move'})).toEqual(FIRST_STATE)
  })
})

describe('opening', () => {
  it('goes to the object, and back to the same row', () => {
    const opened = press(FIRST_STATE, 'down', 'enter')
    expect(placeShown(opened)).toMatchObject({tab: 0, target: object})
    expect(placeShown(opened).lists).toHaveLength(5)
    for (const key of ['backspace', 'delete', 'escape', 'h'])
      expect(press(opened, key)).toEqual(press(FIRST_STATE, 'down'))
  })

  it('does nothing without a selected row, and stays on the home screen', () => {
    expect(actionFor('', {return: true}, {...CONTEXT, selected: null, state: FIRST_STATE, total: 0})).toBeNull()
    expect(press(FIRST_STATE, 'escape')).toEqual(FIRST_STATE)
  })
})

describe('filtering', () => {
  it('takes letters, even those with a meaning elsewhere, and starts at the first row', () => {
    const state = press(FIRST_STATE, 'end', '/', 'q', 'j', '?', '1')
    expect(listShown(state)).toMatchObject({cursor: 0, filter: 'qj?1'})
    expect(listShown(press(state, 'backspace', 'delete')).filter).toBe('qj')
  })

  it('keeps the filter on Enter and clears it on Escape, which then goes back', () => {
    const kept = press(FIRST_STATE, 'enter', '/', 'a', 'enter')
    expect(kept).toMatchObject({typing: false})
    expect(listShown(kept).filter).toBe('a')
    const dropped = press(kept, 'escape')
    expect(listShown(dropped).filter).toBe('')
    expect(dropped.places).toHaveLength(2)
    expect(press(dropped, 'escape').places).toHaveLength(1)
    expect(press(FIRST_STATE, '/', 'a', 'escape')).toEqual(FIRST_STATE)
  })

  it('takes pasted text without control characters, and no control keys', () => {
    expect(listShown(press(FIRST_STATE, '/', 'Ca\nche\u001B')).filter).toBe('Cache')
    expect(actionFor('u', {ctrl: true}, {...CONTEXT, state: press(FIRST_STATE, '/')})).toBeNull()
  })
})

describe('keys that arrive together', () => {
  it('are applied one after the other', () => {
    expect(keystrokes('jj\r', {})).toEqual([
      ['j', {}],
      ['j', {}],
      ['', {return: true}],
    ])
    expect(keystrokes('a\u007F\u0003', {})).toEqual([
      ['a', {}],
      ['', {backspace: true}],
      ['c', {ctrl: true}],
    ])
    expect(keystrokes('', {downArrow: true})).toEqual([['', {downArrow: true}]])
    expect(keystrokes('c', {ctrl: true})).toEqual([['c', {ctrl: true}]])
  })
})

describe('quit and help', () => {
  it('quits on q and ctrl-c, but q in a filter is a letter', () => {
    const context = CONTEXT
    expect(actionFor('q', {}, {...context, state: FIRST_STATE})).toBe('quit')
    expect(actionFor('c', {ctrl: true}, {...context, state: FIRST_STATE})).toBe('quit')
    expect(actionFor('c', {ctrl: true}, {...context, state: press(FIRST_STATE, '/')})).toBe('quit')
    expect(actionFor('q', {}, {...context, state: press(FIRST_STATE, '/')})).toEqual({filter: 'q', type: 'filter'})
  })

  it('shows the help until the next key', () => {
    expect(press(FIRST_STATE, '?').help).toBe(true)
    expect(press(FIRST_STATE, '?', 'j')).toEqual(FIRST_STATE)
  })
})

describe('sorting, grouping, finding and copying', () => {
  it('sorts by each column in turn, and remembers it for each list', () => {
    const sorted = press(FIRST_STATE, '2', 'down', 's')
    expect(listShown(sorted)).toMatchObject({cursor: 0, sort: 1})
    expect(listShown(press(sorted, 's')).sort).toBe(0)
    expect(listShown(press(sorted, '1')).sort).toBe(0)
    expect(actionFor('s', {}, {...CONTEXT, sortable: 0, state: FIRST_STATE})).toBeNull()
  })

  it('groups what an object keeps alive, until g lists each', () => {
    const opened = press(FIRST_STATE, 'enter')
    expect(listShown(opened).isGrouped).toBe(true)
    expect(listShown(press(opened, 's', 's', 'g'))).toMatchObject({isGrouped: false, sort: 0})
    expect(press(opened, '3', 'g')).toEqual(press(opened, '3'))
    expect(press(FIRST_STATE, 'g')).toEqual(FIRST_STATE)
  })

  it('finds among all objects from anywhere, and comes back', () => {
    const found = press(FIRST_STATE, '2', 'enter', 'f', 'A', 'b')
    expect(placeShown(found).target).toMatchObject({source: {kind: 'all'}})
    expect(listShown(found).filter).toBe('Ab')
    const kept = press(found, 'enter')
    expect(press(kept, 'f').places).toHaveLength(3)
    expect(press(kept, 'escape', 'escape').places).toHaveLength(2)
  })

  it('shows the command of the row until the next key', () => {
    const shown = press(FIRST_STATE, 'y')
    expect(shown.command).toBe('heroku heapdump:explain')
    expect(press(shown, 'j')).toEqual(FIRST_STATE)
    expect(actionFor('y', {}, {...CONTEXT, command: null, state: FIRST_STATE})).toBeNull()
  })
})

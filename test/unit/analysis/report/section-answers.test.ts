import {expect, it} from 'vitest'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {answersOf} from '../../../../src/lib/analysis/report/section-answers.js'
import {statementCache} from '../../../support/statement-cache.js'
import {heapOf} from '../../../support/heaps.js'

it('each section begins with its answer', async () => {
  const {subject} = await statementCache()
  expect(answersOf(report(subject, {aliveOnly: true, paths: true, top: 10}))).toEqual({
    classes:
      'Of the classes of the app and its gems, StatementPool keeps most alive: 58.2 kB (89 % of live memory), 1 instance.',
    collections: 'Hash, 30 entries keeps most alive: 58.2 kB. 1.9 kB is unused capacity. 40 B is in empty ones.',
    dominators: 'Removing IssuesQuery (class) would free most: 59.1 kB (90 % of live memory), 94 objects.',
    gems: 'The app allocated 56.1 kB (86 % of live memory). Of the gems, activerecord-7.2.2 allocated most: 3.7 kB (5.6 % of live memory).',
    generations: '5.2 % of live memory was allocated before tracing began, 6.2 % in the last two GCs.',
    largest: 'The largest single object is Hash, 30 entries: 3.0 kB.',
    memory: 'The size of the process was not recorded with this dump.',
    pages: 'Compaction would free nothing. 27 % of the slots in 1 page (16.4 kB) are in use, 12.0 kB is free.',
    paths: 'Most of them, 94 of 108, are alive because of IssuesQuery (class).',
    sites:
      "The app's line that allocated most of what is alive is app/queries/issues_query.rb:11: 36.0 kB (55 % of live memory), 30 objects.",
    strings: 'This string wastes 40 B in 2 copies.',
    threads: 'Thread keeps most alive: 424 B (0.6 % of live memory).',
    totals: '65.6 kB is alive, in 108 objects. 40 B is garbage, which a GC frees.',
    vm: 'Ruby itself takes 6.5 kB for loaded code, most of it for classes: 6.5 kB.',
  })
})

it('is the same whatever the order of the rows, as in JSON', async () => {
  const {subject} = await statementCache()
  const {paths: _, ...screen} = answersOf(report(subject, {aliveOnly: true, top: 0}))
  expect(answersOf(report(subject, {top: 0}))).toMatchObject(screen)
})

it('says if no class is of the app', async () => {
  const {subject} = await heapOf(
    'ROOT vm > list\nArray CLASS 500 name=Array\nlist ARRAY:Array 400 > text\ntext STRING 100',
  )
  const {classes} = answersOf(report(subject, {aliveOnly: true, top: 10}))
  expect(classes).toBe(
    'No class of the app or its gems has live instances. Array has most: 400 B (40 % of live memory).',
  )
})

it('of a selection, only the paths have an answer', async () => {
  const {subject} = await statementCache()
  const {paths, ...others} = answersOf(report(subject, {aliveOnly: true, className: 'String', paths: true, top: 10}))
  expect(paths).toBe('Most of them, 60 of 63, are alive because of IssuesQuery (class).')
  expect(new Set(Object.values(others))).toEqual(new Set([null]))
})

it('a section with nothing has no answer', async () => {
  const {subject} = await heapOf('ROOT vm > Object\nObject CLASS 500 name=Object')
  expect(answersOf(report(subject, {aliveOnly: true, top: 10}))).toMatchObject({
    classes: null,
    gems: null,
    generations: null,
    paths: null,
    sites: null,
    strings: null,
    threads: null,
  })
})

// Tables of groups of objects: the rows of analyze (docs/json.md), all of them.
import {amountsBy, ownerName, tallyObjects} from '../analysis/compare/tally.js'
import {NO_OWNER} from '../analysis/compare/owners.js'
import {shares} from '../analysis/objects/alive.js'
import {originOf} from '../analysis/objects/code-origin.js'
import {retainedByGroup} from '../analysis/report/report.js'
import {type AllocationSite, allocationSites} from '../analysis/tables/allocation-sites.js'
import {type ClassRow, classes as classRows} from '../analysis/tables/classes.js'
import {ownersOf} from './owners-of.js'
import {DUMP_OF_ROW, type RowColumn, smallTable} from './small-table.js'

/** All rows, without the agent's. A new object for each heap, because what options select is remembered by them. */
const all = () => ({top: 0})

type Counted = Pick<
  ClassRow,
  'aliveMemsize' | 'aliveObjects' | 'aliveRetainedSize' | 'memsize' | 'objects' | 'retainedSize' | 'share'
>

const COUNTS: ReadonlyArray<RowColumn<Counted>> = [
  {doc: 'how many', name: 'objects', type: 'BIGINT', unit: 'objects', valueOf: ({objects}) => objects},
  {doc: 'their own size', name: 'memsize', type: 'BIGINT', unit: 'bytes', valueOf: ({memsize}) => memsize},
  {
    doc: 'how many of them are live: the tables of analyze show these',
    name: 'live_objects',
    type: 'BIGINT',
    unit: 'objects',
    valueOf: ({aliveObjects}) => aliveObjects,
  },
  {
    doc: 'their own size, of the live ones',
    name: 'live_memsize',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({aliveMemsize}) => aliveMemsize,
  },
  {
    doc: 'live_memsize divided by live memory',
    name: 'share',
    type: 'DOUBLE',
    unit: 'share',
    valueOf: ({share}) => share,
  },
  {
    doc: 'what would be freed with all of them; nothing is counted twice',
    name: 'retained',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({retainedSize}) => retainedSize,
  },
  {
    doc: 'the same without the tracer, the agent and reserved stacks',
    name: 'live_retained',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({aliveRetainedSize}) => aliveRetainedSize,
  },
]

export const classes = smallTable<ClassRow>({
  columns: [
    DUMP_OF_ROW,
    {doc: 'as in objects', name: 'class', type: 'VARCHAR', unit: null, valueOf: ({name}) => name},
    {
      doc: 'app, framework or core, judged by the name',
      name: 'origin',
      type: 'VARCHAR',
      unit: null,
      valueOf: ({origin}) => origin,
    },
    ...COUNTS,
  ],
  doc: 'a class, with all of its objects',
  name: 'classes',
  rows(subject) {
    const options = all()
    return classRows(subject, retainedByGroup(subject, options)[0], options)
  },
})

export const sites = smallTable<AllocationSite & {readonly method: string | null}>({
  columns: [
    DUMP_OF_ROW,
    {doc: 'the file', name: 'file', type: 'VARCHAR', unit: null, valueOf: ({file}) => file},
    {
      doc: 'the line; NULL if native code allocated',
      name: 'line',
      type: 'INTEGER',
      unit: null,
      valueOf: ({line}) => line,
    },
    {
      doc: 'a method of that line; NULL if it is in none',
      name: 'method',
      type: 'VARCHAR',
      unit: null,
      valueOf: ({method}) => method,
    },
    {doc: 'as in objects', name: 'gem', type: 'VARCHAR', unit: null, valueOf: ({file}) => originOf(file).name},
    ...COUNTS,
    {
      doc: 'references from these objects',
      name: 'refs',
      type: 'BIGINT',
      unit: 'references',
      valueOf: ({references}) => references,
    },
  ],
  doc: 'a line of code that allocated objects; only a traced dump has any',
  name: 'sites',
  rows(subject) {
    const {siteTable} = subject.heap.tables
    const keyOf = (file: string, line: number | null) => `${file}\0${line ?? ''}`
    const methods = new Map<string, string | null>()
    for (let site = 0; site < siteTable.size; site++)
      methods.set(keyOf(siteTable.file(site), siteTable.line(site)), siteTable.method(site))
    const options = all()
    return allocationSites(subject.heap, retainedByGroup(subject, options)[1], options).map(row => ({
      ...row,
      method: methods.get(keyOf(row.file, row.line)) ?? null,
    }))
  },
})

type OwnerRow = {readonly name: string; readonly objects: number; readonly memsize: number; readonly share: number}

export const owners = smallTable<OwnerRow>({
  columns: [
    DUMP_OF_ROW,
    {doc: 'as in objects', name: 'owner', type: 'VARCHAR', unit: null, valueOf: ({name}) => name},
    {
      doc: 'how many live objects it holds, without those that a nearer owner holds',
      name: 'objects',
      type: 'BIGINT',
      unit: 'objects',
      valueOf: ({objects}) => objects,
    },
    {
      doc: 'their own size together',
      name: 'memsize',
      type: 'BIGINT',
      unit: 'bytes',
      valueOf: ({memsize}) => memsize,
    },
    {doc: 'memsize divided by live memory', name: 'share', type: 'DOUBLE', unit: 'share', valueOf: ({share}) => share},
  ],
  doc: 'what holds live objects, as diff and trend name it',
  name: 'owners',
  rows(subject) {
    const {tally} = tallyObjects(subject, ownersOf(subject.graph))
    const amounts = amountsBy(tally, (rows, row) => (rows.ownerIds[row] === NO_OWNER ? null : ownerName(rows, row)))
    const share = shares(subject.heap)
    return [...amounts]
      .map(([name, {memsize, objects}]) => ({memsize, name, objects, share: share(memsize)}))
      .toSorted((a, b) => b.memsize - a.memsize || (a.name < b.name ? -1 : 1))
  },
})

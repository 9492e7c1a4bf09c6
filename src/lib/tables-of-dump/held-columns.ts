// Columns of the table of objects: what an object is, what it retains, and what holds it. Its owner is the one that diff
// and trend name (compare/owners.ts).
import {agentObjects} from '../analysis/objects/agent-objects.js'
import {aliveMask} from '../analysis/objects/alive.js'
import {asideOf} from '../analysis/objects/aside.js'
import {type ObjectColumn, TEXTUAL} from './object-column.js'
import {ownersOf} from './owners-of.js'
import {DUMP} from './small-table.js'
import {bigints, booleans, codes, integers} from './values.js'

export const HELD_COLUMNS: readonly ObjectColumn[] = [
  {
    ...DUMP,
    open: ({dump}) => ({
      fill: ({from, to}) => ({valid: null, values: new Int32Array(to - from)}),
      texts: [dump.id],
    }),
  },
  {
    doc: 'where the object is: a number, shown as explain takes it, in hexadecimal',
    name: 'address',
    open: ({addressOf}) => ({fill: range => bigints(range, addressOf)}),
    type: 'BIGINT',
    unit: 'address',
  },
  {
    doc: "Ruby's internal type: STRING, HASH, OBJECT, DATA, IMEMO",
    name: 'type',
    open: ({heap}) => ({
      fill: range => codes(range, index => heap.columns.types[index]),
      texts: heap.tables.typeNames,
    }),
    type: 'VARCHAR',
    unit: null,
  },
  {
    doc: 'the name of its class; in parentheses for an object without a class, such as (IMEMO iseq)',
    name: 'class',
    open: ({subject: {classes}}) => ({
      fill: range => codes(range, index => classes.groupOf[index]),
      texts: classes.names,
    }),
    type: 'VARCHAR',
    unit: null,
  },
  {
    doc: 'its own name if it is a class or module, otherwise the struct of a DATA or the kind of an IMEMO',
    name: 'name',
    open: ({
      heap: {
        columns: {details, types},
        tables,
      },
    }) => ({
      // Strings and symbols have the number of a value there.
      fill: range => codes(range, index => (TEXTUAL.has(types[index]) ? -1 : details[index])),
      texts: tables.texts.all,
    }),
    type: 'VARCHAR',
    unit: null,
  },
  {
    doc: 'its own size',
    name: 'memsize',
    open: ({heap: {memsizes}}) => ({fill: range => bigints(range, index => memsizes[index])}),
    type: 'BIGINT',
    unit: 'bytes',
  },
  {
    doc: 'the part of memsize that is reserved for the stack of a thread; live memory leaves it out',
    name: 'reserved',
    open({heap}) {
      const stacks = new Map(asideOf(heap).stacks.map(({bytes, index}) => [index, bytes]))
      return {fill: range => bigints(range, index => stacks.get(index) ?? 0)}
    },
    type: 'BIGINT',
    unit: 'bytes',
  },
  {
    doc: 'what would be freed with it, itself included; 0 for garbage',
    name: 'retained',
    open: ({subject: {graph}}) => ({fill: range => bigints(range, index => graph.retainedSizes[index])}),
    type: 'BIGINT',
    unit: 'bytes',
  },
  {
    doc: 'how many objects would be freed with it, itself included; 0 for garbage',
    name: 'retained_objects',
    open: ({subject: {graph}}) => ({fill: range => integers(range, index => graph.retainedCounts[index])}),
    type: 'INTEGER',
    unit: 'objects',
  },
  {
    doc: 'true if a root reaches it; otherwise it is garbage that no GC has collected yet',
    name: 'reachable',
    open: ({subject: {graph}}) => ({fill: range => booleans(range, index => graph.isReachable(index))}),
    type: 'BOOLEAN',
    unit: null,
  },
  {
    doc: 'true if it is reachable, and neither the allocation tracer nor of the agent: the objects that analyze counts',
    name: 'live',
    open({heap}) {
      const mask = aliveMask(heap, {top: 0})
      return {fill: range => booleans(range, index => mask[index] === 1)}
    },
    type: 'BOOLEAN',
    unit: null,
  },
  {
    doc: 'true if it belongs to the agent that took the dump',
    name: 'agent',
    open({heap}) {
      const {mask} = agentObjects(heap)
      return {fill: range => booleans(range, index => mask !== null && mask[index] === 1)}
    },
    type: 'BOOLEAN',
    unit: null,
  },
  {
    doc: 'the address of the object that alone keeps it alive; 0 if only a root does; NULL for garbage',
    name: 'dominator',
    open({addressOf, subject: {graph}}) {
      const {
        root,
        tree: {dominators},
      } = graph
      const addressAbove = (index: number) => (dominators[index] === root ? 0 : addressOf(dominators[index]))
      return {fill: range => bigints(range, addressAbove, index => graph.isReachable(index))}
    },
    type: 'BIGINT',
    unit: 'address',
  },
  {
    doc: 'the class, module or thread that holds it, as diff and trend name it; NULL for garbage',
    name: 'owner',
    open({subject: {graph}}) {
      const {names, ownerOf} = ownersOf(graph)
      return {fill: range => codes(range, index => ownerOf[index]), texts: names}
    },
    type: 'VARCHAR',
    unit: null,
  },
]

// Only parse and tables: everything that the report counts without the graph, in the main thread.
import {statSync} from 'node:fs'
import {allocationSites} from '../src/lib/analysis/tables/allocation-sites.ts'
import {classes} from '../src/lib/analysis/tables/classes.ts'
import {duplicateStrings} from '../src/lib/analysis/tables/duplicate-strings.ts'
import {gems} from '../src/lib/analysis/tables/gems.ts'
import {generations} from '../src/lib/analysis/tables/generations.ts'
import {Subject} from '../src/lib/analysis/objects/subject.ts'
import {FileChunks} from '../src/lib/dump/chunks.ts'
import {readHeap} from '../src/lib/dump/read-heap.ts'

const path = process.argv[2]
const options = {top: 10}
const subject = new Subject(path, await readHeap(new FileChunks(path), {storedBytes: statSync(path).size}))
const {heap} = subject
const none = new Float64Array(Math.max(heap.tables.siteTable.size, subject.classes.names.length))
generations(heap)
allocationSites(heap, none, options)
classes(subject, none, options)
gems(heap, options)
duplicateStrings(heap, options)
console.log(JSON.stringify({objects: heap.count, references: heap.columns.edges.length}))

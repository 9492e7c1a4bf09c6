// Parse and tables alone: everything the report counts without the graph, in the main thread.
import {statSync} from 'node:fs'
import {allocationSites} from '../dist/lib/analysis/tables/allocation-sites.js'
import {classes} from '../dist/lib/analysis/tables/classes.js'
import {duplicateStrings} from '../dist/lib/analysis/tables/duplicate-strings.js'
import {gems} from '../dist/lib/analysis/tables/gems.js'
import {generations} from '../dist/lib/analysis/tables/generations.js'
import {Subject} from '../dist/lib/analysis/objects/subject.js'
import {FileChunks} from '../dist/lib/dump/chunks.js'
import {readHeap} from '../dist/lib/dump/read-heap.js'

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

// The whole analysis as the command does it: a worker reads the file, builds the graph and returns the report. With `-`
// as second argument, the main thread feeds the worker, as for a dump that is streamed from a bucket.
import {createReadStream, statSync} from 'node:fs'
import {openAnalysis} from '../src/lib/analysis/session/open-analysis.ts'

const [path, stream] = process.argv.slice(2)
const bytes = stream === '-' ? {chunks: createReadStream(path)} : {path}
const analysis = await openAnalysis([{bytes, source: path, storedBytes: statSync(path).size}])
const {totals} = await analysis.ask('report', {top: 10})
await analysis.close()
console.log(JSON.stringify({objects: totals.objects, references: totals.references}))

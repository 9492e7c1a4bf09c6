import {z} from 'zod'
import {historyInWords} from '../../analysis/history/history-in-words.js'
import {warningOf} from '../../analysis/report/incomplete.js'
import type {AnalysisReport} from '../../analysis/report/report.js'
import {type SectionName, SECTIONS} from '../../analysis/report/sections.js'
import {completeAdvice} from '../../cli/complete-advice.js'
import {type AnalysisDocument, analysisDocument} from '../../cli/documents.js'
import {keepSummary} from '../../cli/keep-summary.js'
import {planAnalysis} from '../../cli/plan-analysis.js'
import {readReport} from '../../inputs/read-report.js'
import {PAGING, type Paging, pageOf, rowsToRead} from '../page.js'
import {DUMP, findDumps, readingOf, suspectRow} from '../read-dumps.js'
import {type Answer, defineTool} from '../tool.js'

const HOLDERS = 5

/** The tables of a report, by section. Other sections are no tables. */
const TABLES: Readonly<Partial<Record<SectionName, (report: AnalysisReport) => readonly unknown[]>>> = {
  classes: ({classes}) => classes,
  dominators: ({dominators}) => dominators,
  gems: ({gems}) => gems,
  generations: ({survivors}) => survivors,
  largest: ({largest}) => largest,
  sites: ({allocationSites}) => allocationSites,
  strings: ({duplicateStrings}) => duplicateStrings,
  threads: ({threads}) => threads,
}

export const analyze = defineTool({
  name: 'analyze',
  title: 'Analyze a heap dump',
  description:
    'Says what uses the memory of a Ruby process: a verdict, the suspects with owner, evidence, lines of code and ' +
    'advice, and what holds most. With section: one table of the report (sites need a traced dump). ' +
    'String contents are masked. Reading a dump takes a few seconds per 100 MB; later calls use a cache.',
  input: z.strictObject({
    dump: z.string().default('latest').describe(DUMP),
    section: z.enum(SECTIONS).optional().describe('only this table'),
    ...PAGING,
  }),
  readOnly: true,
  async run({dump: name, section, ...paging}, call) {
    const [dump] = await findDumps([name], call)
    const top = rowsToRead(paging)
    const plan = planAnalysis({json: false, section: section && [section], 'show-values': false, top})
    // Masked even where a person at a terminal sees contents.
    const wanted = {...plan, read: {...plan.read, masked: true}}
    const {kept, report: read, summary} = await readReport(dump, wanted, {...readingOf(call), summarizes: true})
    const made = await summary
    // For trend, as heapdump:analyze does.
    if (made !== null) await keepSummary(await call.openBucket(), dump.stored, made)
    await kept
    const document = analysisDocument(completeAdvice(read, dump), dump)
    const facts = {dump: dump.title, warning: warningOf(read.dump)}
    if (section === undefined) return overview(document, facts, paging)
    const table = TABLES[section]
    return table === undefined
      ? {document: {...facts, ...otherSection(document, section)}}
      : {document: facts, page: pageOf(section, table(document), paging)}
  },
})

function overview(
  {heldBy, history, masked: _masked, memory: {processBytes}, suspects, totals, verdict, ...report}: AnalysisDocument,
  facts: object,
  paging: Paging,
): Answer {
  const {dump, sincePrevious} = report
  return {
    document: {
      ...facts,
      createdAt: dump.createdAt,
      id: dump.id,
      traced: dump.traced,
      verdict,
      totals: {
        liveObjects: totals.aliveObjects,
        liveBytes: totals.aliveMemsize,
        garbageBytes: totals.garbageMemsize,
        processBytes,
      },
      history: history === null ? null : historyInWords(history, history.nativeBytes),
      sincePrevious,
      holders: heldBy.slice(0, HOLDERS).map(({address, aliveRetainedSize: retainedSize, label}) => ({
        address,
        label,
        retainedSize,
      })),
      sections: SECTIONS,
    },
    page: pageOf('suspects', suspects.map(suspectRow), paging),
  }
}

function otherSection(
  {collections, memory, pages, paths, process: parts, totals, vm}: AnalysisReport,
  name: SectionName,
) {
  switch (name) {
    case 'memory':
      return {memory, process: parts}
    case 'collections':
      return {collections}
    case 'pages':
      return {pages}
    case 'paths':
      return {paths}
    case 'vm':
      return {vm}
    default:
      return {totals}
  }
}

import {z} from 'zod'
import {warningOf} from '../../analysis/report/incomplete.js'
import {runGroupedTrend} from '../../cli/trend-by.js'
import {trendOfDumps} from '../../cli/trend-of-dumps.js'
import {PAGING, pageOf, rowsToRead} from '../page.js'
import {withProgressOf} from '../read-dumps.js'
import {defineTool} from '../tool.js'

/** The largest rows of the tables beside the owners. */
const BESIDE = 5

export const trend = defineTool({
  name: 'trend',
  title: 'Show what grows over stored dumps',
  description:
    'Without by: downloads the last dumps of one process, and says what grows in them and how fast. With by: compares ' +
    'releases, dynos or processes by the stored summaries of analyzed dumps, which is quick: which release brought it?',
  input: z.strictObject({
    by: z.enum(['release', 'dyno', 'process']).optional(),
    dyno: z.string().optional().describe('only dumps of this dyno (web.1); with by, also of a process type (web)'),
    process: z.string().optional().describe('only dumps of this process, named as in list'),
    last: z
      .int()
      .min(2)
      .max(2000)
      .optional()
      .describe('the number of dumps, from the newest; by default 5, with by 2000'),
    ...PAGING,
  }),
  readOnly: true,
  async run({by, cursor, top, ...selection}, call) {
    const bucket = await call.openBucket()
    const paging = {cursor, top}
    const withProgress = withProgressOf(call)
    if (by !== undefined) {
      const flags = {...selection, summarize: false, yes: false}
      const {notes, result, warnings} = await runGroupedTrend({
        bucket,
        by,
        flags,
        top: rowsToRead(paging),
        withProgress,
      })
      const {answer, owners, summaries, ...rest} = result
      return {document: {answer, notes, warnings, summaries, ...rest}, page: pageOf('owners', owners, paging)}
    }

    const {documentOf, facts} = await trendOfDumps(bucket, {...selection, map: null, withProgress})
    const {
      classes,
      memory: _memory,
      owners,
      samples: _samples,
      sites,
      verdict,
      ...rest
    } = documentOf(rowsToRead(paging))
    return {
      document: {
        verdict,
        warnings: facts.map(warningOf).filter(warning => warning !== null),
        ...rest,
        classes: classes.slice(0, BESIDE),
        sites: sites.slice(0, BESIDE),
      },
      page: pageOf('owners', owners, paging),
    }
  },
})

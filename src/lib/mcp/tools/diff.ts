import {z} from 'zod'
import {diffDumps} from '../../cli/diff-dumps.js'
import {findLastTwo} from '../../inputs/named-dump.js'
import {PAGING, pageOf, rowsToRead} from '../page.js'
import {DUMP, findDumps, suspectRow, withProgressOf} from '../read-dumps.js'
import {defineTool} from '../tool.js'

export const diff = defineTool({
  name: 'diff',
  title: 'Compare heap dumps',
  description:
    'Compares two or three dumps of one process: what grew, what owns it, how fast. With three dumps, only what the ' +
    'last one still has counts. Reads all of them, which takes a few seconds per 100 MB.',
  input: z.strictObject({
    dumps: z
      .array(z.string().describe(DUMP))
      .min(2)
      .max(3)
      .optional()
      .describe('oldest first; by default the last two dumps of a process in the bucket'),
    ...PAGING,
  }),
  readOnly: true,
  async run({dumps: names = [], ...paging}, call) {
    const [first, ...others] = names
    const found = await (first === undefined
      ? findLastTwo(await call.openBucket())
      : findDumps([first, ...others], call))
    const options = {map: null, rows: rowsToRead(paging), withProgress: withProgressOf(call)}
    const {document} = await diffDumps(found, options)
    const {comparedBy, growth, hours, memoryGrowth, suspects, totals, tracingRestarted, verdict, warnings} = document
    return {
      document: {
        comparedBy,
        dumps: document.dumps.map(({createdAt, dyno, name, process: role, release, totals: whole}) => ({
          createdAt,
          dyno,
          liveBytes: whole.aliveMemsize,
          name,
          process: role,
          release,
        })),
        hours,
        verdict,
        warnings: [...warnings, ...(tracingRestarted ? ['Tracing was restarted between the dumps.'] : [])],
        memoryGrowth,
        totals,
        suspects: suspects.map(suspectRow),
      },
      page: pageOf('growth', growth, paging),
    }
  },
})

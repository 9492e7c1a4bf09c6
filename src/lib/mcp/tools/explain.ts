import {z} from 'zod'
import {warningOf} from '../../analysis/report/incomplete.js'
import {askCached} from '../../inputs/open-cached.js'
import {DUMP, findDumps, readingOf} from '../read-dumps.js'
import {defineTool} from '../tool.js'

export const explain = defineTool({
  name: 'explain',
  title: 'Explain what keeps objects in memory',
  description:
    'Explains one object, a class, or everything allocated on a line of code: the paths from a root that keep it ' +
    'alive, its owners and holders, what it retains, where it was allocated. String contents are never shown.',
  input: z.strictObject({
    what: z.string().describe('address (0x7f3d972c0070), class (IssuesQuery) or line of code (app/models/cart.rb:11)'),
    dump: z.string().default('latest').describe(DUMP),
    top: z.int().min(1).max(50).default(5).describe('the most rows of each table'),
  }),
  readOnly: true,
  async run({dump: name, top, what}, call) {
    const [dump] = await findDumps([name], call)
    const {answer, kept} = await askCached(dump, 'explain', {showValues: false, top, what}, readingOf(call))
    await kept
    return {document: {...answer, dump: dump.title, warning: warningOf(answer.dump)}}
  },
})

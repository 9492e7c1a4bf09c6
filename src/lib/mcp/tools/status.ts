import {z} from 'zod'
import {historyInWords, memoryInFewWords} from '../../analysis/history/history-in-words.js'
import type {AgentReport, ReportedProcess} from '../../render/agent-report.js'
import {memoryOfDyno} from '../../render/dyno-memory.js'
import {PAGING, pageOf} from '../page.js'
import {defineTool} from '../tool.js'

export const status = defineTool({
  name: 'status',
  title: 'Show agent status',
  description:
    'Asks the agents in the running dynos: their processes, how much memory each uses, whether it grows, and when the ' +
    'dyno reaches its limit. Needs an app, or a file of config vars.',
  input: z.strictObject({
    dyno: z.string().optional().describe('only this dyno (web.1) or process type (web)'),
    ...PAGING,
  }),
  readOnly: true,
  async run({dyno = null, ...paging}, call) {
    const agents = await call.askAgents(dyno)
    return {document: {total: agents.length}, page: pageOf('dynos', agents.map(dynoRow), paging)}
  },
})

function dynoRow(agent: AgentReport): object {
  const {busy, dyno, older, processes, quotaBytes, release, ruby, rules} = agent
  return {
    dyno,
    memory: memoryOfDyno(agent).text,
    processes: processes.map(processRow),
    release,
    ruby,
    quotaBytes,
    rules,
    ...(busy ? {busy} : {}),
    ...(older.length > 0 ? {older} : {}),
  }
}

function processRow({history, pid, process: name, rssBytes, tracing, uptimeSeconds}: ReportedProcess): object {
  return {
    pid,
    process: name,
    rssBytes,
    uptimeSeconds,
    ...(tracing === null ? {} : {tracing: true}),
    ...(history === null ? {} : {history: historyInWords(history, null), trend: memoryInFewWords(history)}),
  }
}

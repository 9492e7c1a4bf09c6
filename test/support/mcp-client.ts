// An assistant's client of `heapdump:mcp`, which runs from the built plugin in its own process.
import {Client} from '@modelcontextprotocol/sdk/client/index.js'
import {StdioClientTransport} from '@modelcontextprotocol/sdk/client/stdio.js'
import {type CallToolResult, ElicitRequestSchema, type ElicitResult} from '@modelcontextprotocol/sdk/types.js'
import {cacheHome} from './cache-home.js'
import {program} from './run-plugin.js'

/** A busy machine takes longer to start a process than a hook may. */
export const START_MS = 60_000

export type McpAnswer = {
  /** The parsed document. */
  readonly document: Record<string, any> // oxlint-disable-line typescript/no-explicit-any
  readonly text: string
  readonly isError: boolean
}

/** `answer`: how the user answers questions; absent: a client that cannot ask. */
export async function openMcp({
  answer,
  args = [],
  cwd,
}: {
  readonly answer?: (message: string) => ElicitResult
  readonly args?: readonly string[]
  readonly cwd: string
}) {
  const capabilities = answer === undefined ? {} : {elicitation: {}}
  const client = new Client({name: 'test', version: '1'}, {capabilities})
  const transport = new StdioClientTransport({
    args: [program, 'heapdump:mcp', ...args],
    command: process.execPath,
    cwd,
    env: {...(process.env as Record<string, string>), NODE_ENV: '', XDG_CACHE_HOME: cacheHome},
    stderr: 'pipe',
  })
  /** Lines on stdout that are no messages, and all of stderr. */
  const faults: Error[] = []
  const log = {text: ''}
  transport.stderr?.on('data', chunk => (log.text += chunk))
  // oxlint-disable-next-line unicorn/prefer-add-event-listener
  client.onerror = error => faults.push(error)
  if (answer !== undefined) client.setRequestHandler(ElicitRequestSchema, ({params}) => answer(params.message))
  await client.connect(transport)
  return {
    client,
    faults,
    log,
    close: () => client.close(),
    async call(name: string, given: Record<string, unknown> = {}): Promise<McpAnswer> {
      const {content, isError = false} = (await client.callTool({arguments: given, name})) as CallToolResult
      const [first] = content
      if (first?.type !== 'text' || content.length !== 1) throw new Error(`${name} did not answer with one text.`)
      const document = first.text.startsWith('{') ? JSON.parse(first.text) : {}
      return {document, isError, text: first.text}
    },
  }
}

export type McpClient = Awaited<ReturnType<typeof openMcp>>

import {AgentCommand} from '../../lib/cli/agent-command.js'
import type {SettingsFlags} from '../../lib/cli/base-command.js'
import {UserError} from '../../lib/errors.js'
import type {AppSettings} from '../../lib/heroku/app-settings.js'
import type {Served} from '../../lib/mcp/tool.js'

export default class HeapdumpMcp extends AgentCommand {
  static override summary = 'serve heap dumps to an AI assistant, over the Model Context Protocol'

  static override enableJsonFlag = false

  static override examples = [
    '$ heroku heapdump:mcp --app example-app',
    '$ heroku heapdump:mcp --env .env',
    '$ heroku heapdump:mcp',
  ]

  static override flags = AgentCommand.agentFlags

  /** An assistant cannot add a flag. */
  protected override async settings(flags: SettingsFlags): Promise<AppSettings> {
    return super.settings(flags).catch((error: unknown) => {
      throw error instanceof UserError && error.code === 'no_app' ? startedWithoutApp() : error
    })
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(HeapdumpMcp)
    if (process.stdin.isTTY) throw notTyped()
    const [{serve}, {openCaches}, version] = await Promise.all([
      import('../../lib/mcp/serve.js'),
      import('../../lib/inputs/open-cached.js'),
      this.pluginVersion(),
    ])
    const served: Served = {
      askAgents: async dyno => (await this.ask({history: true, type: 'status'}, flags, dyno)).agents,
      caches: await openCaches(this.config),
      describeError: error => {
        // A bug: the client's log gets the stack.
        if (!(error instanceof UserError)) this.say(...String((error as Error).stack ?? error).split('\n'))
        return this.toErrorJson(error)
      },
      findDumps: names => this.findDumps(names, flags),
      openBucket: () => this.openBucket(flags),
      openTrigger: async () => {
        const settings = await this.settings(flags)
        return {bucket: await this.bucketOf(settings, flags), heroku: this.heroku, settings}
      },
    }
    await serve(served, version, process)
  }
}

function startedWithoutApp(): UserError {
  return new UserError('This server was started without an app.', {
    code: 'no_app',
    exit: 2,
    hint: [
      'Name a dump file (see list).',
      'Or ask the user to add --app NAME or --env FILE to its command in the configuration.',
    ],
  })
}

function notTyped(): UserError {
  return new UserError('heapdump:mcp is started by an assistant: it reads the Model Context Protocol from stdin.', {
    code: 'wrong_use',
    exit: 2,
    hint: "Name this command in the assistant's configuration (docs/mcp.md): heroku heapdump:mcp --app NAME",
  })
}

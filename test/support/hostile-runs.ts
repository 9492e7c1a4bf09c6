// Runs commands on hostile input, and checks what reaches the terminal.
import {foreignIn} from './hostile.js'
import {type CommandResult, runCommand} from './run-command.js'
import {columnsOf} from './screens.js'
import {setEnvironment} from './settings.js'

type CommandClass = Parameters<typeof runCommand>[0] & {readonly name: string}

export type HostileRun = {
  readonly title: string
  readonly run: () => Promise<CommandResult>
  /** Lines may exceed the terminal: JSON, Markdown, a URL. */
  readonly plain: boolean
}

export function hostileRun(
  command: CommandClass,
  args: readonly string[],
  {plain = args.some(arg => /^(?:--json|markdown)$/.test(arg))} = {},
): HostileRun {
  return {plain, run: () => runCommand(command, args), title: `${command.name} ${args.join(' ')}`}
}

/** The problems in the output of each run, on a terminal of `width` columns without colours. */
export async function problemsOf(runs: readonly HostileRun[], width: number): Promise<string[]> {
  const restore = setEnvironment({COLUMNS: String(width), NO_COLOR: '1'})
  const problems: string[] = []
  try {
    for (const {plain, run, title} of runs) {
      const {stderr, stdout} = await run()
      const wide = plain ? [] : stdout.split('\n').filter(line => columnsOf(line) > width)
      const silent = stdout + stderr === '' ? ['nothing was printed'] : []
      const found = [
        ...foreignIn(stdout + stderr),
        ...wide.map(line => `${columnsOf(line)} columns: ${line}`),
        ...silent,
      ]
      problems.push(...found.map(problem => `${title}: ${problem}`))
    }
  } finally {
    restore()
  }

  return problems
}

// A terminal that a test types into and reads: tmux, with its own server.
import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

const run = promisify(execFile)
const LOOK_MS = 40

export type Terminal = Awaited<ReturnType<typeof openTerminal>>

type Options = {
  readonly columns?: number
  readonly rows?: number
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Opens bash in it, with the prompt `$ `. */
export async function openTerminal({columns = 100, rows = 60, cwd, env: outer}: Options) {
  // It counts as interactive, even if the tests run in CI, where Ink draws only the last frame.
  const env = Object.fromEntries(
    Object.entries(outer).filter(([name]) => !/^(CI|CI_.*|CONTINUOUS_INTEGRATION)$/.test(name)),
  )
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-tmux-'))
  const socket = join(directory, 'tmux')
  const tmux = async (...args: string[]) =>
    (
      await run('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
        cwd,
        env: {...env, TERM: 'xterm'} as NodeJS.ProcessEnv,
      })
    ).stdout
  await tmux(
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    "exec env 'PS1=$ ' bash --norc --noprofile",
  )
  const screen = async () => (await tmux('capture-pane', '-p', '-t', '0')).trimEnd()

  return {
    /** The current screen. */
    screen,
    /** The same with its colours, as escape sequences. */
    picture: () => tmux('capture-pane', '-e', '-p', '-t', '0'),
    /** Types a line and presses Enter. */
    async type(line: string): Promise<void> {
      // tmux takes a semicolon at the end of an argument for one of its own.
      if (line !== '') await tmux('send-keys', '-t', '0', '-l', line.replace(/;$/, String.raw`\;`))
      await tmux('send-keys', '-t', '0', 'Enter')
    },
    /** Types text, without Enter. */
    async write(text: string): Promise<void> {
      await tmux('send-keys', '-t', '0', '-l', text)
    },
    /** Presses a key as tmux names it: `C-c`. */
    async press(key: string): Promise<void> {
      await tmux('send-keys', '-t', '0', key)
    },
    async resize(width: number, height: number): Promise<void> {
      await tmux('resize-window', '-t', '0', '-x', String(width), '-y', String(height))
    },
    /** The screen as soon as it shows `pattern`. */
    async shows(pattern: RegExp, seconds = 60): Promise<string> {
      const deadline = Date.now() + seconds * 1000
      for (;;) {
        const text = await screen()
        if (pattern.test(text)) return text
        if (Date.now() > deadline) throw new Error(`${seconds} s passed without ${pattern} on the screen:\n${text}`)
        await new Promise(resolve => setTimeout(resolve, LOOK_MS))
      }
    },
    /** The terminal's settings, and whether the cursor is visible: the same before and after a well-behaved command. */
    async state(): Promise<string> {
      const tty = (await tmux('display-message', '-p', '-t', '0', '#{pane_tty}')).trim()
      const {stdout} = await run('stty', ['-F', tty, '-a'])
      const cursor = await tmux('display-message', '-p', '-t', '0', 'cursor #{cursor_flag} alternate #{alternate_on}')
      return stdout + cursor
    },
    async close(): Promise<void> {
      await tmux('kill-server').catch(() => null)
      await rm(directory, {force: true, recursive: true})
    },
  }
}

// How a shell reads the commands that a screen proposes.
import {execFileSync} from 'node:child_process'

/**
 * The words of each command proposed in the screens' last lines (`Next: …`), as bash parses them: it runs them with a
 * function instead of the CLI, and finds no other command. Throws on a syntax error.
 */
export function typed(screens: readonly string[]): string[][] {
  const lines = screens.map(screen =>
    screen
      .slice(screen.lastIndexOf(' Next:'))
      .replace(/^ Next: ?/, '')
      .replaceAll(' · ', '\n'),
  )
  const script = `heroku() { printf '%s\\0' heroku "$@"; printf '\\1'; }\n${lines.join('\n')}\n`
  execFileSync('bash', ['-n'], {input: script})
  const output = execFileSync('bash', ['--norc', '--noprofile'], {encoding: 'utf8', input: `PATH=/nowhere\n${script}`})
  return output
    .split('\u0001')
    .slice(0, -1)
    .map(words => words.split('\0').slice(0, -1))
}

// What a shell takes a screen's proposals for.
import {execFileSync} from 'node:child_process'

/**
 * The words of each command that the screens' last lines propose (`Next: …`), as bash has them: run with a function in
 * the place of the CLI, where any other command is not found. Throws what bash says of its syntax.
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

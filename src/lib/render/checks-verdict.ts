// What the doctor says first: that everything works, or what fails first and the command that fixes it.
import type {Check} from '../doctor/check.js'
import {formatCount} from '../units.js'

/** The finding; then its fix, so that a command begins a line. */
export function verdictOfChecks(checks: readonly Check[]): readonly string[] {
  const failed = checks.filter(({state}) => state === 'failed')
  const [first] = failed
  if (first !== undefined) {
    const rank = failed.length === 1 ? '' : `, the first of ${formatCount(failed.length)} problems`
    return [`The ${first.name} check fails${rank}: ${sentence(first.text)}`, ...fixOf(first)]
  }

  const works = 'Everything works: the agent answers, and the bucket can store its dumps.'
  const warning = checks.find(({state}) => state === 'warning')
  return warning === undefined
    ? [works]
    : [`${works} But the ${warning.name} check warns: ${sentence(warning.text)}`, ...fixOf(warning)]
}

/** The fix of the likeliest reason, else the first command, else the first line. */
function fixOf({fix}: Check): readonly string[] {
  const lines = fix?.split('\n').map(line => line.trim()) ?? []
  const likeliest = lines.find(line => line.startsWith('→ '))?.slice(2)
  const line = likeliest ?? lines.find(one => /(?:^|\s)(?:heroku|aws|git|\S+\/run\.js) /.test(one)) ?? lines[0]
  // Without what the command is for: `Deploy once:  git commit …`.
  const fixing = line?.split(/: {2,}/).at(-1) ?? ''
  return fixing === '' ? [] : [`Fix: ${fixing}`]
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

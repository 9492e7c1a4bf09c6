// Errors of oclif's parser, in the form of our own: `--top: Expected an integer …`, without a heading or a tab.
import {Errors} from '@oclif/core'
import {UserError} from '../errors.js'

/** Whether the arguments were wrong, so that the command did not run. */
export function isUsageError(error: Error): error is Errors.CLIError {
  return error instanceof Errors.CLIError && ('parse' in error || error.message.startsWith('Parsing --'))
}

/** The message, in one or more lines; the last says how to show the help. */
export function usageMessage({message}: Errors.CLIError): string {
  return (
    message
      .replace(/^The following errors? occurred:\n/, '')
      // The messages of our own flags begin with the flag.
      .replace(/^Parsing (--[\w-]+) *\n\s*(\1\b)?/, (_all, name: string, again?: string) => again ?? `${name}: `)
      .replaceAll(/(--[\w-]+)=true\b/g, '$1')
      .split('\n')
      .map(line => line.trimStart())
      .join('\n')
  )
}

/** The same for --json. */
export function usageErrorForScripts(error: Errors.CLIError): UserError {
  const [hint, ...lines] = usageMessage(error).split('\n').toReversed()
  return new UserError(lines.toReversed().join(' '), {cause: error, code: 'wrong_use', exit: 2, hint})
}

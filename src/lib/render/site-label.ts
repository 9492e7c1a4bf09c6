// Paths as a person names them: `activerecord-7.2.2 relation.rb:11`, `app/queries/issues_query.rb:11`, `set.rb (stdlib)`.
import {originOf} from '../analysis/code-origin.js'

/** Where the part of a path begins that is worth reading: after the app's root or the gem's directory. */
const HEROKU_APP = /^\/app\//
const RUBY_LIBRARY = /^.*\/ruby\/(?:vendor_ruby\/|site_ruby\/)?(?:\d+\.\d+\.\d+\/)?/

export function formatSite(file: string, line: number | null): string {
  const {kind, name} = originOf(file)
  const position = line === null ? '' : `:${line}`
  if (kind === 'gem') {
    const start = file.lastIndexOf(name)
    const within = file.slice(file.indexOf('/', start) + 1)
    return `${name} ${within}${position}`
  }

  if (kind === 'stdlib') return `${file.replace(RUBY_LIBRARY, '')}${position} (stdlib)`
  return `${printable(file.replace(HEROKU_APP, ''))}${position}`
}

/** One line, whatever is in it: a text from a dump may hold line breaks and terminal escapes. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, character => {
    const known = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}[character]
    return known ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

// Paths as people write them: `activerecord-7.2.2 relation.rb:11`, `app/queries/issues_query.rb:11`, `set.rb (stdlib)`.
import {originOf} from '../analysis/objects/code-origin.js'

/** Prefixes that carry no information: the app's root and Ruby's library directory. */
export const HEROKU_APP = /^\/app\//
const RUBY_LIBRARY = /^.*\/ruby\/(?:vendor_ruby\/|site_ruby\/)?(?:\d+\.\d+\.\d+\/)?/

/** The first of `sites`; '' if there is none. */
export function formatFirstSite([site]: ReadonlyArray<{readonly file: string; readonly line: number | null}>): string {
  return site === undefined ? '' : formatSite(site.file, site.line)
}

export function formatSite(file: string, line: number | null): string {
  const {kind, name} = originOf(file)
  const position = line === null ? '' : `:${line}`
  if (kind === 'gem') {
    const start = file.lastIndexOf(name)
    const within = file.slice(file.indexOf('/', start) + 1)
    return `${name} ${within}${position}`
  }

  if (kind === 'stdlib') return `${file.replace(RUBY_LIBRARY, '')}${position} (stdlib)`
  return `${pathInApp(file)}${position}`
}

/** Relative to the app on a dyno. */
export function pathInApp(file: string): string {
  return file.replace(HEROKU_APP, '')
}

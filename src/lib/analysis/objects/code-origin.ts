// Whether a file belongs to the app, a gem or Ruby. Heroku puts an app in /app and its gems in /app/vendor/bundle;
// elsewhere gems are in any directory named `gems`.

export type OriginKind = 'app' | 'gem' | 'stdlib' | 'boot' | 'unknown'

export type CodeOrigin = {
  /** The gem with its version, or a word for the kind. */
  readonly name: string
  readonly kind: OriginKind
}

/** Looks ahead once per directory, so that a long path is not scanned again for each of its hyphens. */
const GEM = /\/gems\/(?=[^/]+-\d)([^/]+)\//
const GIT_GEM = /\/bundler\/gems\/([^/]+)-[0-9a-f]{7,40}\//
/** Debian packages gems without a versioned directory. */
const STDLIB = /\/(?:lib|lib64|share)\/ruby\/|\.so$/

/** By file: there are few, and many tables and suspects need each one. */
const origins = new Map<string, CodeOrigin>()
const MOST_ORIGINS = 100_000

export function originOf(file: string): CodeOrigin {
  let origin = origins.get(file)
  if (origin === undefined) {
    if (origins.size === MOST_ORIGINS) origins.clear()
    origins.set(file, (origin = originByPath(file)))
  }

  return origin
}

function originByPath(file: string): CodeOrigin {
  // Whatever a loaded file allocates at its top level is attributed to `require`: start-up, not the app's code.
  if (file.startsWith('<internal:') || file.endsWith('/kernel_require.rb')) return {kind: 'boot', name: 'boot'}
  const git = GIT_GEM.exec(file)
  if (git !== null) return {kind: 'gem', name: git[1]}
  const gem = file.includes('/gems/') ? lastMatch(GEM, file) : null
  if (gem !== null) return {kind: 'gem', name: gem}
  if (STDLIB.test(file)) return {kind: 'stdlib', name: 'stdlib'}
  // A program started by a relative path has that path in every record.
  if (file.startsWith('/') || /^[^(<].*\.(?:rb|ru|rake|erb|haml|slim|jbuilder)$/.test(file))
    return {kind: 'app', name: 'app'}
  return {kind: 'unknown', name: '(eval)'}
}

function lastMatch(pattern: RegExp, text: string): string | null {
  const matches = [...text.matchAll(new RegExp(pattern, 'g'))]
  return matches.at(-1)?.[1] ?? null
}

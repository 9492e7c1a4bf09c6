// Whose file a path is. Heroku puts an app in /app and its gems in /app/vendor/bundle; elsewhere gems lie in any directory `gems/`.

export type OriginKind = 'app' | 'gem' | 'stdlib' | 'boot' | 'unknown'

export type CodeOrigin = {
  /** The gem with its version, or a word for the kind. */
  readonly name: string
  readonly kind: OriginKind
}

/** Looked ahead once for each directory: a long path must not be gone through for each of its hyphens. */
const GEM = /\/gems\/(?=[^/]+-\d)([^/]+)\//
const GIT_GEM = /\/bundler\/gems\/([^/]+)-[0-9a-f]{7,40}\//
/** Debian's Ruby packages gems without a directory of their own version. */
const STDLIB = /\/(?:lib|lib64|share)\/ruby\/|\.so$/

/** By file: there are few, and each is asked for by many tables and suspects. */
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
  // `require` allocates whatever a loaded file allocates at its top: start-up, not this file's doing.
  if (file.startsWith('<internal:') || file.endsWith('/kernel_require.rb')) return {kind: 'boot', name: 'boot'}
  const git = GIT_GEM.exec(file)
  if (git !== null) return {kind: 'gem', name: git[1]}
  const gem = file.includes('/gems/') ? lastMatch(GEM, file) : null
  if (gem !== null) return {kind: 'gem', name: gem}
  if (STDLIB.test(file)) return {kind: 'stdlib', name: 'stdlib'}
  // A program that was started by a relative path has it in every record.
  if (file.startsWith('/') || /^[^(<].*\.(?:rb|ru|rake|erb|haml|slim|jbuilder)$/.test(file))
    return {kind: 'app', name: 'app'}
  return {kind: 'unknown', name: '(eval)'}
}

function lastMatch(pattern: RegExp, text: string): string | null {
  const matches = [...text.matchAll(new RegExp(pattern, 'g'))]
  return matches.at(-1)?.[1] ?? null
}

// A report and the expected result → a verdict. Strict: an owner counts only where the user reads it, as a whole name
// in the suspect's `owner` or title; an owner somewhere in the path does not count.

/** Only the first sites count: a suspect that lists every line of the app has named none. */
const SITES_READ = 3

/** Name as a word: `Cart` is in `Cart.items` and in `class Cart`, not in `Shop::Cart` or `Carts`. */
function names(text, owner) {
  const escaped = owner.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
  return new RegExp(String.raw`(?<![\w:@$])${escaped}(?![\w]|::\w)`).test(text)
}

function namesOwner(suspect, program) {
  return program.owners.some(owner => names(suspect.owner, owner) || names(suspect.title, owner))
}

/** Healthy code in every program: the caches and memos of healthy/ and of the bases. */
const HEALTHY = [
  'PreviewCache',
  'TaxRates',
  'PageCache',
  'Storefront',
  'Catalogue',
  'Texts',
  'Connections',
  'Metrics',
  'Connections::Connection',
]

function isHealthy(suspect, program) {
  return !namesOwner(suspect, program) && HEALTHY.some(owner => names(suspect.owner, owner))
}

function namesSite(suspect, program) {
  if (program.sites.length === 0) return true
  return suspect.sites
    .slice(0, SITES_READ)
    .some(({file, line}) => program.sites.some(site => site.line === line && file.endsWith(`/${site.file}`)))
}

/** Whether the suspect has one of the required rules, if there are any. */
function hasRule(suspect, program) {
  return program.rules.length === 0 || program.rules.includes(suspect.rule)
}

/**
 * @returns {{position: number | null, ownerPosition: number | null, high: number, medium: number, rule: string | null,
 * severity: string | null,   wronged: string | null}} Positions count from 1; null: not among the suspects.
 * `ownerPosition` leaves site and rule aside. `wronged`: healthy   code that is rated high or above the culprit.
 */
export function judge(report, program, {traced}) {
  const {suspects} = report
  const position = matches => {
    const index = suspects.findIndex(matches)
    return index === -1 ? null : index + 1
  }

  const named = suspect => namesOwner(suspect, program)
  const found = position(
    suspect => named(suspect) && hasRule(suspect, program) && (!traced || namesSite(suspect, program)),
  )
  const culprit = found === null ? null : suspects[found - 1]
  const wronged = suspects.find(
    (suspect, index) =>
      isHealthy(suspect, program) && (suspect.severity === 'high' || (found !== null && index < found - 1)),
  )
  return {
    high: suspects.filter(({severity}) => severity === 'high').length,
    medium: suspects.filter(({severity}) => severity === 'medium').length,
    ownerPosition: position(named),
    position: found,
    rule: culprit?.rule ?? null,
    severity: culprit?.severity ?? null,
    wronged: wronged?.owner ?? null,
  }
}

const share = (part, whole) => (whole === 0 ? 1 : part / whole)

/** @param {{program: object, verdict: object}[]} results of one variant */
export function total(results) {
  const guilty = results.filter(({program}) => program.kind !== 'healthy')
  const healthy = results.filter(({program}) => program.kind === 'healthy')
  const first = guilty.filter(({verdict}) => verdict.position === 1).length
  const firstThree = guilty.filter(({verdict}) => verdict.position !== null && verdict.position <= 3).length
  const faint = guilty.filter(({verdict}) => verdict.severity === 'low').length
  const falseAlarms = healthy.filter(({verdict}) => verdict.high > 0).length
  const wronged = results.filter(({verdict}) => verdict.wronged !== null).length
  return {
    faint,
    falseAlarms,
    first,
    firstShare: share(first, guilty.length),
    firstThree,
    firstThreeShare: share(firstThree, guilty.length),
    guilty: guilty.length,
    healthy: healthy.length,
    wronged,
  }
}

/**
 * The targets: culprit first in 90 %, among the first three in all, no healthy program blamed, and nothing healthy in
 * any other.
 */
export function meetsTargets({firstShare, firstThreeShare, falseAlarms, wronged}) {
  return firstShare >= 0.9 && firstThreeShare === 1 && falseAlarms === 0 && wronged === 0
}

// The report that a dump should give, and the report that it gave, in a form in which they can be compared: order is no matter
// where rows are equal in what they are sorted by, values are as long as a report shows them.
import * as reference from './tables.js'

const VALUE_BYTES = 1000

function pick(row, names) {
  return Object.fromEntries(names.map(name => [name, row[name]]))
}

const sorted = rows => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

function normalizedString(row) {
  const bytes = Buffer.from(row.value)
  const value = bytes.length > VALUE_BYTES ? bytes.subarray(0, VALUE_BYTES).toString() : row.value
  return {
    ...pick(row, ['count', 'memsize', 'wasted']),
    sites: sorted(row.sites),
    value: value.replace(/[…\uFFFD]+$/, ''),
  }
}

function normalized({totals, generations, allocationSites, classes, gems, duplicateStrings}) {
  return {
    allocationSites: sorted(
      allocationSites.map(row => pick(row, ['file', 'line', 'memsize', 'objects', 'references'])),
    ),
    classes: sorted(classes.map(row => pick(row, ['memsize', 'name', 'objects']))),
    duplicateStrings: sorted(duplicateStrings.map(normalizedString)),
    gems: sorted(gems.map(row => pick(row, ['kind', 'memsize', 'name', 'objects']))),
    generations: generations.map(row => pick(row, ['generation', 'memsize', 'objects'])),
    totals: pick(totals, ['memsize', 'objects', 'references', 'tracerMemsize']),
  }
}

/** What the reference says of a dump (the result of readDump). */
export function expectedTables(dump) {
  return normalized({
    allocationSites: reference.allocationSites(dump),
    classes: reference.classes(dump),
    duplicateStrings: reference.duplicateStrings(dump),
    gems: reference.gems(dump),
    generations: reference.generations(dump),
    totals: reference.totals(dump),
  })
}

/** The same of a report (made with `top: 0`). */
export function reportedTables(report) {
  return normalized(report)
}

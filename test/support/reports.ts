// Reports for rendering tests: a real heap with the test's own suspects.
import type {Suspect} from '../../src/lib/analysis/suspects/finding.js'

export function suspect(changes: Partial<Suspect> = {}): Suspect {
  return {
    advice: 'Bind LIMIT and OFFSET instead of writing them into the SQL.',
    evidence: ['Hash, 12,000 entries, new ones in 30 of the last 30 GCs'],
    kind: 'leak',
    owner: 'IssuesQuery',
    ownerAddress: '0x7f0000000028',
    path: [
      {
        address: '0x7f0000000028',
        className: 'Class',
        label: 'IssuesQuery (class)',
        reference: 'ROOT VM',
        role: 'class',
        type: 'CLASS',
      },
    ],
    retainedSize: 62_300_000,
    rule: 'growing-collection',
    severity: 'high',
    share: 0.44,
    sites: [{file: '/app/app/queries/issues_query.rb', line: 11}],
    title: 'IssuesQuery keeps every SQL text',
    ...changes,
  }
}

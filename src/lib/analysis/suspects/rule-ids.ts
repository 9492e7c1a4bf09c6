// The rule ids by which scripts recognize suspects: a contract, each explained in docs/json.md.

export const RULE_IDS = [
  'active-record-objects',
  'anonymous-classes',
  'at-exit-blocks',
  'closures',
  'compiled-code',
  'duplicate-strings',
  'finalizers',
  'framework-data',
  'giant-object',
  'growing-collection',
  'growing-owner',
  'job-arguments',
  'large-collection',
  'long-chain',
  'memory-store',
  'notification-subscribers',
  'outside-heap',
  'query-cache',
  'query-result',
  'rack-env',
  'spread-growth',
  'statement-cache',
  'threads',
  'undrained-queue',
] as const

export type RuleId = (typeof RULE_IDS)[number]

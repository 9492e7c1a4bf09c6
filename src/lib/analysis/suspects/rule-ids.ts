// The rule ids by which scripts recognize suspects: a contract, each explained in docs/json.md.

export const RULE_IDS = [
  'active-record-objects',
  'allocator-free',
  'anonymous-classes',
  'at-exit-blocks',
  'closures',
  'compiled-code',
  'duplicate-strings',
  'finalizers',
  'fragmented-heap',
  'framework-data',
  'garbage',
  'giant-object',
  'growing-collection',
  'growing-owner',
  'jit-code',
  'job-arguments',
  'large-collection',
  'long-chain',
  'mapped-files',
  'memory-store',
  'native-leak',
  'native-memory',
  'notification-subscribers',
  'outside-heap',
  'query-cache',
  'query-result',
  'rack-env',
  'shared-memory',
  'spread-growth',
  'statement-cache',
  'thread-stacks',
  'threads',
  'undrained-queue',
  'worker-copies',
] as const

export type RuleId = (typeof RULE_IDS)[number]

/** What the share of a suspect is of: memory that is not in objects is a part of the process. */
const OF_PROCESS: ReadonlySet<RuleId> = new Set([
  'allocator-free',
  'fragmented-heap',
  'garbage',
  'jit-code',
  'mapped-files',
  'native-leak',
  'native-memory',
  'outside-heap',
  'shared-memory',
  'thread-stacks',
  'worker-copies',
])

export function isShareOfProcess(rule: RuleId): boolean {
  return OF_PROCESS.has(rule)
}

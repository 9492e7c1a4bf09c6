// What every Rails app loads at boot or soon after, and needs: reported as normal, so that nobody investigates it.
import {formatBytes} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Accumulation, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {accumulationFinding} from '../accumulation-finding.js'

type Normal = {readonly what: string; readonly holder: RegExp; readonly advice: string}

const NORMAL: readonly Normal[] = [
  {
    advice: 'Normal: all locales are loaded at once. Leave out unused ones (config.i18n.available_locales).',
    holder: /^I18n::/,
    what: 'Translations (I18n)',
  },
  {
    advice: 'Normal: each template is compiled once.',
    holder:
      /^ActionView::(?:Template|PathRegistry|Resolver|FileSystemResolver|OptimizedFileSystemResolver|LookupContext)/,
    what: 'View templates (ActionView)',
  },
  {
    advice: 'Normal: the routes of the app.',
    holder: /^ActionDispatch::(?:Journey|Routing)::/,
    what: 'Routes (ActionDispatch)',
  },
  {
    advice: 'Normal: what ActiveRecord knows about tables and columns.',
    holder: /^ActiveRecord::ConnectionAdapters::(?:SchemaCache|SchemaReflection|BoundSchemaReflection)/,
    what: 'The database schema (ActiveRecord)',
  },
  {
    advice: 'Normal: the list of gems and files that can be loaded.',
    holder: /^(?:Gem|Bundler|Zeitwerk|Bootsnap)(?:::|$)/,
    what: 'The list of gems and files to load',
  },
]

/** The share of live memory from which data of unknown age is not called normal. */
const UNKNOWN_SHARE = 0.1

export function frameworkData(context: SuspectContext): Finding[] {
  const found = new Map<Normal, Accumulation[]>()
  for (const accumulation of context.accumulations) {
    if (context.isClaimed(accumulation.container) || !isStill(accumulation) || accumulation.owner.kind !== 'framework')
      continue
    const normal = normalOf(context, accumulation)
    if (normal !== undefined) found.set(normal, [...(found.get(normal) ?? []), accumulation])
  }

  return [...found].map(([{what, advice}, accumulations]) => {
    const [largest] = accumulations
    for (const {parts} of accumulations) context.claim(parts.map(({container}) => container))
    const bytes = accumulations.reduce((sum, accumulation) => sum + accumulation.bytes, 0)
    // If the dump does not show that it was loaded at boot, a large amount must not be ignored.
    const isNormal = context.ages.tellsBoot || context.share(bytes) < UNKNOWN_SHARE
    return accumulationFinding(
      context,
      {...largest, bytes},
      {
        advice,
        assessment: isNormal ? {by: 'normal'} : undefined,
        rule: 'framework-data',
        title: `${what}: ${formatBytes(bytes)}`,
      },
    )
  })
}

/** Whether it does not grow. */
function isStill({age: {growth}}: Accumulation): boolean {
  return growth !== 'growing' && growth !== 'mixed' && growth !== 'levelled'
}

function normalOf({graph, heap}: SuspectContext, {container}: Accumulation): Normal | undefined {
  for (const node of holders(graph, container)) {
    const name = className(heap, node)
    const normal = NORMAL.find(({holder}) => holder.test(name) || holder.test(heap.detail(node) ?? ''))
    if (normal !== undefined) return normal
  }

  return undefined
}

// What every Rails app has in memory from its start, or soon after, and needs: said to be normal, so that nobody hunts it.
import {formatBytes} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import {holders} from '../../objects/owners.js'
import type {Pile, SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {pileFinding} from '../pile-finding.js'

type Normal = {readonly what: string; readonly holder: RegExp; readonly advice: string}

const NORMAL: readonly Normal[] = [
  {
    advice:
      'Normal: all locales are loaded at once. Leave out those that nobody reads (config.i18n.available_locales).',
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
    advice: 'Normal: what ActiveRecord knows of tables and columns.',
    holder: /^ActiveRecord::ConnectionAdapters::(?:SchemaCache|SchemaReflection|BoundSchemaReflection)/,
    what: 'The database schema (ActiveRecord)',
  },
  {
    advice: 'Normal: the list of gems and files that can be loaded.',
    holder: /^(?:Gem|Bundler|Zeitwerk|Bootsnap)(?:::|$)/,
    what: 'Gems and code to load',
  },
]

/** Of what is alive. */
const UNKNOWN_SHARE = 0.1

export function frameworkData(context: SuspectContext): Finding[] {
  const found = new Map<Normal, Pile[]>()
  for (const pile of context.piles) {
    if (context.isClaimed(pile.container) || !isStill(pile) || pile.owner.kind !== 'framework') continue
    const normal = normalOf(context, pile)
    if (normal !== undefined) found.set(normal, [...(found.get(normal) ?? []), pile])
  }

  return [...found].map(([{what, advice}, piles]) => {
    const [largest] = piles
    for (const {parts} of piles) context.claim(parts.map(({container}) => container))
    const bytes = piles.reduce((sum, pile) => sum + pile.bytes, 0)
    // Where the dump does not tell that it came with the code, so much of it is nothing to be passed over.
    const isNormal = context.ages.tellsBoot || context.share(bytes) < UNKNOWN_SHARE
    return pileFinding(
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

/** Not being added to. */
function isStill({age: {growth}}: Pile): boolean {
  return growth !== 'growing' && growth !== 'mixed' && growth !== 'levelled'
}

function normalOf({graph, heap}: SuspectContext, {container}: Pile): Normal | undefined {
  for (const node of holders(graph, container)) {
    const name = className(heap, node)
    const normal = NORMAL.find(({holder}) => holder.test(name) || holder.test(heap.detail(node) ?? ''))
    if (normal !== undefined) return normal
  }

  return undefined
}

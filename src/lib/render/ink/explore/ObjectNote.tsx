// The object that is open: what it is, what it holds, where it comes from.
import {Box} from 'ink'
import type {ObjectFacts} from '../../../analysis/browse/browse.js'
import {formatBytes, formatCount} from '../../../units.js'
import {shortenRight, widthOf} from '../../text-width.js'
import {formatSite} from '../../site-label.js'
import {Text} from '../Text.js'

/** Lines that it takes. */
export const OBJECT_NOTE_HEIGHT = 3

/** undefined: not known yet; null: no such object. */
type Props = {readonly facts: ObjectFacts | null | undefined; readonly label: string; readonly width: number}

export function ObjectNote({facts, label, width}: Props) {
  if (!facts) {
    return (
      <Box flexDirection="column" flexShrink={0} height={OBJECT_NOTE_HEIGHT}>
        <Text bold>{shortenRight(label, width)}</Text>
        <Text dimColor>{facts === null ? 'The dump has no record of it.' : '…'}</Text>
      </Box>
    )
  }

  const {address, type, className, memsize, retainedSize, retainedObjects, alive, root, site, generation} = facts
  const name = shortenRight(facts.label, width)
  const from =
    site === null
      ? null
      : `allocated at ${formatSite(site.file, site.line)}${generation === null ? '' : `, GC ${generation}`}`
  return (
    <Box flexDirection="column" flexShrink={0} height={OBJECT_NOTE_HEIGHT}>
      <Text>
        <Text bold>{name}</Text>
        <Text dimColor>{shortenRight(`  ${className} · ${type} · ${address}`, width - widthOf(name))}</Text>
      </Text>
      <Text wrap="truncate">
        {alive
          ? `retains ${formatBytes(retainedSize)} in ${formatCount(retainedObjects)} ${retainedObjects === 1 ? 'object' : 'objects'}, ${formatBytes(memsize)} its own`
          : `garbage that was not collected yet, ${formatBytes(memsize)}`}
      </Text>
      <Text dimColor>
        {shortenRight([root === null ? null : `held by ${root}`, from].filter(Boolean).join(' · '), width)}
      </Text>
    </Box>
  )
}

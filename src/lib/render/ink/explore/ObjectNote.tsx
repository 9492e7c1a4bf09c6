// The open object: what it is, what it retains, where it was allocated.
import {Box} from 'ink'
import type {ObjectFacts} from '../../../analysis/browse/browse.js'
import {formatBytes, formatObjects} from '../../../units.js'
import {shortenRight, widthOf} from '../../text-width.js'
import {formatSite} from '../../site-label.js'
import {Text} from '../Text.js'

/** Lines of the note. */
export const OBJECT_NOTE_HEIGHT = 3

/** `facts` is undefined until known, null if there is no such object. */
type Props = {readonly facts: ObjectFacts | null | undefined; readonly label: string; readonly width: number}

export function ObjectNote({facts, label, width}: Props) {
  if (!facts) {
    return (
      <Box flexDirection="column" flexShrink={0} height={OBJECT_NOTE_HEIGHT}>
        <Text bold>{shortenRight(label, width)}</Text>
        <Text dimColor>{facts === null ? 'Not in this dump.' : '…'}</Text>
      </Box>
    )
  }

  const {address, type, className, memsize, retainedSize, retainedObjects, alive, root, site, generation} = facts
  const name = shortenRight(facts.label, width)
  const from =
    site === null
      ? null
      : `allocated at ${formatSite(site.file, site.line)}${generation === null ? '' : `, generation ${generation}`}`
  return (
    <Box flexDirection="column" flexShrink={0} height={OBJECT_NOTE_HEIGHT}>
      <Text>
        <Text bold>{name}</Text>
        <Text dimColor>{shortenRight(`  ${className} · ${type} · ${address}`, width - widthOf(name))}</Text>
      </Text>
      <Text wrap="truncate">
        {alive
          ? `retains ${formatBytes(retainedSize)} in ${formatObjects(retainedObjects)}, shallow size ${formatBytes(memsize)}`
          : `garbage, not yet collected, ${formatBytes(memsize)}`}
      </Text>
      <Text dimColor>
        {shortenRight([root === null ? null : `held by ${root}`, from].filter(Boolean).join(' · '), width)}
      </Text>
    </Box>
  )
}

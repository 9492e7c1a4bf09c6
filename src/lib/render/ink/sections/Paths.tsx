// The shortest paths to root, merged.
import {Box} from 'ink'
import {MergedPaths} from '../MergedPaths.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function Paths({report, width}: SectionProps) {
  const {paths, selection} = report
  if (paths === null || paths.length === 0) return <Text>{'   No path to root: these objects are garbage.'}</Text>
  return (
    <Box flexDirection="column">
      <MergedPaths paths={paths} width={width} />
      {selection === null ? (
        <Text dimColor> --class NAME or --site FILE:LINE shows only the paths of those objects.</Text>
      ) : null}
    </Box>
  )
}

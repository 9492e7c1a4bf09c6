// The shortest ways from the roots, laid over each other.
import {Box} from 'ink'
import {MergedPaths} from '../MergedPaths.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function Paths({report, width}: SectionProps) {
  const {paths, selection} = report
  if (paths === null || paths.length === 0) return <Text>{'   Nothing leads to these objects: they are garbage.'}</Text>
  return (
    <Box flexDirection="column">
      <MergedPaths paths={paths} width={width} />
      {selection === null ? (
        <Text dimColor> --class NAME or --site FILE:LINE shows the ways to those objects alone.</Text>
      ) : null}
    </Box>
  )
}

// Runs the explorer full-screen.
import type {Analysis} from '../analysis/session/open-analysis.js'
import type {AnalysisReport} from '../analysis/report/report.js'
import {openFullScreen, type Streams} from './full-screen.js'
import type {ListName} from './ink/explore/object-lists.js'
import type {DumpOnCommandLine} from './next-after.js'

type Options = Streams & {
  readonly analysis: Pick<Analysis, 'ask'>
  readonly report: AnalysisReport
  readonly title: string
  readonly dump: DumpOnCommandLine
}

export type Explored = {
  /** null: the user quit; otherwise the exit status for a signal. */
  readonly status: number | null
  /** Commands that the user copied. */
  readonly copied: readonly string[]
}

/** Rejects with the first error while exploring. */
export async function explore({analysis, report, title, dump, stdin, stdout}: Options): Promise<Explored> {
  const [{createElement}, {Explore}, {ObjectLists}] = await Promise.all([
    import('react'),
    import('./ink/explore/Explore.js'),
    import('./ink/explore/object-lists.js'),
  ])
  const lists = new ObjectLists(
    analysis,
    () => screen.draw(),
    error => screen.stop(error),
  )
  const copied = new Set<string>()
  const copy = (command: string): boolean => {
    copied.add(command)
    return screen.copy(command)
  }
  const screen = await openFullScreen({stdin, stdout}, size =>
    createElement(Explore, {...size, dump, lists, onCopy: copy, onQuit: () => screen.stop(), report, title}),
  )
  // The graph and the classes of a heap from the cache are computed for the first question: not for the first key.
  const [largest] = report.classes
  if (largest !== undefined) lists.list(objectsOfClass(largest.name), 0, 0)
  const status = await screen.ended
  return {copied: [...copied], status}
}

function objectsOfClass(name: string): ListName {
  return {of: 'objects', query: {filter: '', isGrouped: false, sort: 'retained', source: {kind: 'class', name}}}
}

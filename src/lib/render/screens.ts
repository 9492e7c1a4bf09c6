// The screens that commands print, by name. Ink and React cost start-up time, so both are loaded when a screen is
// drawn.
import type {ComponentProps, FunctionComponent} from 'react'
import {readSourceBelow} from './source-lines.js'
import {terminalWidth} from './terminal.js'

const SCREENS = {
  AgentList: async () => (await import('./ink/AgentList.js')).AgentList,
  Checks: async () => (await import('./ink/Checks.js')).Checks,
  Diagnosis: async () => (await import('./ink/Diagnosis.js')).Diagnosis,
  DumpList: async () => (await import('./ink/DumpList.js')).DumpList,
  Explained: async () => (await import('./ink/Explained.js')).Explained,
  FactList: async () => (await import('./ink/FactList.js')).FactList,
  GroupedTrendScreen: async () => (await import('./ink/GroupedTrendScreen.js')).GroupedTrendScreen,
  Growth: async () => (await import('./ink/Growth.js')).Growth,
  ProcessTable: async () => (await import('./ink/ProcessTable.js')).ProcessTable,
  QueryResult: async () => (await import('./ink/QueryResult.js')).QueryResult,
  QuestionList: async () => (await import('./ink/QuestionList.js')).QuestionList,
  RuleList: async () => (await import('./ink/RuleList.js')).RuleList,
  SectionScreen: async () => (await import('./ink/SectionScreen.js')).SectionScreen,
  TrendScreen: async () => (await import('./ink/TrendScreen.js')).TrendScreen,
  TrimScreen: async () => (await import('./ink/TrimScreen.js')).TrimScreen,
  TriggerResult: async () => (await import('./ink/TriggerResult.js')).TriggerResult,
}

export type ScreenName = keyof typeof SCREENS

/** A screen's props. Its width comes from the terminal, and code from the working folder. */
export type ScreenProps<Name extends ScreenName> = Omit<
  ComponentProps<Awaited<ReturnType<(typeof SCREENS)[Name]>>>,
  'source' | 'width'
>

export async function drawScreen<Name extends ScreenName>(name: Name, props: ScreenProps<Name>): Promise<string> {
  const [screen, {renderScreen}, {createElement}, {linkPaths}] = await Promise.all([
    SCREENS[name](),
    import('./ink/render-screen.js'),
    import('react'),
    import('./hyperlinks.js'),
  ])
  const [folder, width] = [process.cwd(), terminalWidth()]
  const source = readSourceBelow(folder)
  const drawn = renderScreen(createElement(screen as FunctionComponent<object>, {...props, source, width}), width)
  return linkPaths(drawn, {folder, stream: process.stdout})
}

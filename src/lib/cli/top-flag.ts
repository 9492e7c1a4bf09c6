// --top: how many rows a table has.
import {Flags} from '@oclif/core'

/** Without --top: what fits on a screen, and more for scripts. */
const TOP_ON_SCREEN = 10
const TOP_OF_SECTION = 25
const TOP_IN_JSON = 100

/** `hasSections`: for a command with --section, whose tables are longer. */
export const topFlag = ({hasSections = false} = {}) =>
  Flags.integer({
    description:
      `rows per table, 0 for all (default: ${TOP_ON_SCREEN}; ` +
      `${hasSections ? `${TOP_OF_SECTION} with --section; ` : ''}${TOP_IN_JSON} with --json)`,
    helpValue: 'N',
    min: 0,
  })

/** 0 = all. */
export function topRows(top: number | undefined, {isJson, isSection = false}: {isJson: boolean; isSection?: boolean}) {
  return top ?? (isJson ? TOP_IN_JSON : isSection ? TOP_OF_SECTION : TOP_ON_SCREEN)
}

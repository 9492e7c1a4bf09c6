// One line on stderr while something is being read: a bar if the total is known, otherwise the bytes so far. Draws
// nothing if stderr is not a terminal.
import type {OnProgress} from '../progress.js'
import {formatBytes} from '../units.js'
import {printable} from '../printable.js'
import {firstColumns} from './text-width.js'
import {canRedraw, terminalWidth} from './terminal.js'

const BAR_WIDTH = 24
const FRAME_MS = 100
const CLEAR_LINE = '\r\u001b[K'

export type ProgressBar = {
  readonly onProgress: OnProgress
  /** Clears the line. Nothing is drawn afterwards. */
  close(): void
}

export function openProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (!canRedraw(stream)) return {close() {}, onProgress() {}}
  let drawnAt = 0
  let phaseDrawn = ''
  let isOpen = true
  return {
    close() {
      isOpen = false
      stream.write(CLEAR_LINE)
    },
    onProgress({phase, done, total}) {
      const now = Date.now()
      if (!isOpen || (phase === phaseDrawn && now - drawnAt < FRAME_MS)) return
      drawnAt = now
      phaseDrawn = phase
      const share = total === null || total === 0 ? null : Math.min(1, done / total)
      const filled = Math.round((share ?? 0) * BAR_WIDTH)
      const bar =
        share === null ? '' : ` ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${Math.round(share * 100)} %`
      const amount = done > 0 ? ` ${formatBytes(done)}${total === null ? '' : ` of ${formatBytes(total)}`}` : ''
      // Only one line can be cleared, so it must not wrap.
      stream.write(CLEAR_LINE + firstColumns(printable(` ${phase}${bar}${amount}`), terminalWidth(stream) - 1))
    },
  }
}

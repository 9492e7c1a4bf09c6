// Faults, each injected for real. `inject` causes the fault, with or without a dump, asserts the consequences, removes
// the fault, and returns in a few words what the agent did.
import {expect} from 'vitest'
import {type TriggerOptions, ofType} from '../../support/enabled-app.js'
import {eventually} from '../../support/eventually.js'
import type {Scene} from './stage.js'

export type Fault = {
  readonly name: string
  readonly inject: (scene: Scene) => Promise<string>
  /** Runs its assertions after the next trigger. */
  readonly afterwards?: (scene: Scene) => void
}

/** Triggers, and causes trouble once: when the first process that `isMeant` is dumping and its upload has begun. */
export async function inMidUpload(
  scene: Scene,
  makeTrouble: (pid: number) => unknown,
  options: TriggerOptions = {},
  isMeant: (pid: number) => boolean = () => true,
) {
  let troubledPid = 0
  const events = await scene.trigger({
    ...options,
    async onEvent(event) {
      if (event.type !== 'dumping' || troubledPid !== 0 || !isMeant(event.pid)) return
      troubledPid = event.pid
      await eventually('an upload has begun', () => scene.s3.uploads.size > 0)
      await makeTrouble(event.pid)
    },
  })
  expect(troubledPid).toBeGreaterThan(0)
  return {events, troubledPid}
}

/** Delays every part, so that the trouble hits during the upload. */
export const slowParts = (scene: Scene, delayMs = 1500) =>
  scene.s3.faults.add({delayMs, operation: 'UploadPart', times: Infinity})

export function outcome(events: Awaited<ReturnType<Scene['trigger']>>): string {
  const [done] = ofType(events, 'done')
  const codes = ofType(events, 'failed').map(({code}) => code)
  if (!done) return `refused: ${codes.join(' ')}`
  return codes.length === 0 ? `${done.finished} stored` : `${done.finished} stored, ${codes.join(' ')}`
}

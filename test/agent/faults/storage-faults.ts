import {expect} from 'vitest'
import type {Fault as BucketFault} from '../../support/s3/faults.js'
import {type Fault, inMidUpload, outcome, slowParts} from './faults.js'

const stored = (name: string, fault: BucketFault): Fault => ({
  async inject(scene) {
    scene.s3.faults.add(fault)
    const events = await scene.trigger()
    expect(scene.s3.faults.pending.at(-1)?.left).toBe(0)
    scene.s3.faults.clear()
    expect(events.at(-1)).toMatchObject({finished: 2})
    return outcome(events)
  },
  name,
})

export const storageFaults: Fault[] = [
  stored('S3: slow', {delayMs: 1500, operation: 'UploadPart', times: 2}),
  stored('S3: 503, then 200', {code: 'SlowDown', operation: 'UploadPart', status: 503, times: 2}),
  stored('S3: 500 on completing', {code: 'InternalError', operation: 'CompleteMultipartUpload', status: 500}),
  stored('S3: connection reset in mid-upload', {operation: 'UploadPart', resetAfterBytes: 1_000_000, times: 2}),
  {
    name: 'S3: 503 for longer than anybody tries',
    async inject(scene) {
      scene.s3.faults.add({code: 'SlowDown', operation: 'UploadPart', status: 503, times: 5})
      const events = await scene.trigger()
      scene.s3.faults.clear()
      expect(outcome(events)).toBe('1 stored, upload_failed')
      return outcome(events)
    },
  },
  {
    name: "S3: the dyno's clock is wrong (403)",
    async inject(scene) {
      scene.clock.skewMs = 20 * 60_000
      const events = await scene.trigger()
      scene.clock.skewMs = 0
      expect(JSON.stringify(events)).toContain('S3 said 403 RequestTimeTooSkewed')
      return outcome(events)
    },
  },
  {
    name: 'S3: session token expired',
    async inject(scene) {
      scene.s3.faults.add({code: 'ExpiredToken', operation: 'CreateMultipartUpload', status: 400, times: 2})
      const events = await scene.trigger()
      scene.s3.faults.clear()
      expect(JSON.stringify(events)).toContain('S3 said 400 ExpiredToken')
      return outcome(events)
    },
  },
  {
    name: 'S3: bucket deleted in mid-upload',
    async inject(scene) {
      slowParts(scene)
      const {events} = await inMidUpload(scene, () => {
        scene.bucket.bucket = 'another'
        scene.s3.uploads.clear()
      })
      scene.s3.faults.clear()
      scene.bucket.bucket = 'heapdumps'
      expect(JSON.stringify(events)).toContain('S3 said 404 NoSuchBucket')
      expect(events.at(-1)).toMatchObject({failed: 2})
      return outcome(events)
    },
  },
]

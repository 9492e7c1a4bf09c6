import {CREDENTIALS} from '../../support/services.js'
import {expect} from 'vitest'
import {ofType, readStoredDump} from '../../support/enabled-app.js'
import type {Fault as BucketFault} from '../../support/s3/faults.js'
import {type Fault, inMidUpload, outcome, slowParts} from './faults.js'

/** A temporary fault: both dumps are stored. */
const stored = (name: string, fault: BucketFault): Fault => ({
  async inject(scene) {
    scene.s3.faults.add(fault)
    const events = await scene.trigger()
    expect(scene.s3.faults.pending.at(-1)?.left).toBe(0)
    scene.s3.faults.clear()
    expect(events.at(-1)).toMatchObject({finished: 2})
    for (const {key, objects} of ofType(events, 'finished'))
      expect(readStoredDump(scene.s3, key).length).toBeGreaterThanOrEqual(objects)
    return outcome(events)
  },
  name: `S3: ${name}`,
})

/** A permanent refusal: nothing is retried, and nothing stored. */
const refused = (name: string, fault: BucketFault, message: string): Fault => ({
  async inject(scene) {
    scene.s3.objects.clear()
    scene.s3.faults.add({...fault, times: Infinity})
    const events = await scene.trigger()
    scene.s3.faults.clear()
    const failed = {code: 'upload_failed', message: `S3 returned ${message}`}
    expect(ofType(events, 'failed')).toEqual([expect.objectContaining(failed), expect.objectContaining(failed)])
    expect(events.at(-1)).toMatchObject({failed: 2, finished: 0, type: 'done'})
    expect(scene.dumps()).toEqual([])
    return outcome(events)
  },
  name: `S3: ${name}`,
})

export const storageFaults: Fault[] = [
  stored('slow', {delayMs: 1500, operation: 'UploadPart', times: 2}),
  stored('503 on beginning, then 200', {code: 'SlowDown', operation: 'CreateMultipartUpload', status: 503}),
  stored('503 in mid-upload, then 200', {code: 'SlowDown', operation: 'UploadPart', status: 503, times: 2}),
  stored('500 on completing, then 200', {code: 'InternalError', operation: 'CompleteMultipartUpload', status: 500}),
  stored('connection reset in mid-upload', {operation: 'UploadPart', resetAfterBytes: 1_000_000, times: 2}),
  refused('403', {code: 'AccessDenied', operation: 'CreateMultipartUpload', status: 403}, '403 AccessDenied'),
  refused(
    '403 in mid-upload',
    {code: 'AccessDenied', operation: 'UploadPart', skip: 1, status: 403},
    '403 AccessDenied',
  ),
  refused(
    '403 on completing',
    {code: 'AccessDenied', operation: 'CompleteMultipartUpload', status: 403},
    '403 AccessDenied',
  ),
  refused(
    'no such bucket',
    {code: 'NoSuchBucket', operation: 'CreateMultipartUpload', status: 404},
    '404 NoSuchBucket',
  ),
  refused(
    'session token expired',
    {code: 'ExpiredToken', operation: 'CreateMultipartUpload', status: 400},
    '400 ExpiredToken',
  ),
  {
    name: 'S3: 503 for longer than the retries',
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
      expect(JSON.stringify(events)).toContain('S3 returned 403 RequestTimeTooSkewed')
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
      scene.bucket.bucket = CREDENTIALS.bucket
      expect(JSON.stringify(events)).toContain('S3 returned 404 NoSuchBucket')
      expect(events.at(-1)).toMatchObject({failed: 2})
      return outcome(events)
    },
  },
]

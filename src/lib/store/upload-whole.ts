// Uploads several files so that all of them appear in the bucket, or none: no object exists before every part of every
// file is there.
import type {S3Client} from '@aws-sdk/client-s3'
import {open} from 'node:fs/promises'
import {INTERRUPTED, UserError} from '../errors.js'
import {type BucketSettings, encryptionOf} from './bucket-settings.js'
import {explainS3Error} from './s3-error.js'
import type {FileToUpload, UploadOptions} from './store.js'

/** S3 takes parts from 5 MiB on, and 10,000 of them: 160 GB. */
const PART_BYTES = 16 * 2 ** 20

type Upload = FileToUpload & {readonly id: string; readonly etags: string[]}

/** Completes them in order. Throws UserError `interrupted` and those of S3; nothing of the files is left in that case. */
export async function uploadWhole(
  client: S3Client,
  settings: BucketSettings,
  files: readonly FileToUpload[],
  {onProgress, signal}: UploadOptions,
): Promise<void> {
  const uploads: Upload[] = []
  const completed: string[] = []
  try {
    const total = files.reduce((sum, {bytes}) => sum + bytes, 0)
    let done = 0
    for (const file of files) {
      const upload = await begin(client, settings, file, signal)
      uploads.push(upload)
      for await (const bytes of partsOf(client, settings, upload, signal))
        onProgress({done: (done += bytes), phase: 'uploading', total})
    }

    for (const upload of uploads) {
      completed.push(upload.key)
      await complete(client, settings, upload, signal)
    }
  } catch (error) {
    await abandon(client, settings, uploads, completed)
    if (signal.aborted) throw new UserError('Stopped. Nothing was stored.', {code: 'interrupted', exit: INTERRUPTED})
    throw explainS3Error(error, settings)
  }
}

async function begin(
  client: S3Client,
  settings: BucketSettings,
  file: FileToUpload,
  abortSignal: AbortSignal,
): Promise<Upload> {
  const {CreateMultipartUploadCommand} = await import('@aws-sdk/client-s3')
  const command = new CreateMultipartUploadCommand({
    Bucket: settings.bucket,
    ContentType: 'application/vnd.apache.parquet',
    Key: file.key,
    ...encryptionOf(settings),
  })
  const {UploadId: id} = await client.send(command, {abortSignal})
  if (id === undefined) throw new Error('S3 returned no upload id.')
  return {...file, etags: [], id}
}

/** Yields the bytes of each part when it is stored. */
async function* partsOf(
  client: S3Client,
  {bucket: Bucket}: BucketSettings,
  {etags, id: UploadId, key: Key, path}: Upload,
  abortSignal: AbortSignal,
): AsyncGenerator<number> {
  const {UploadPartCommand} = await import('@aws-sdk/client-s3')
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(PART_BYTES)
    for (;;) {
      const {bytesRead} = await file.read(buffer, 0, PART_BYTES)
      // An object has at least one part.
      if (bytesRead === 0 && etags.length > 0) return
      const Body = buffer.subarray(0, bytesRead)
      const command = new UploadPartCommand({Body, Bucket, Key, PartNumber: etags.length + 1, UploadId})
      const {ETag = ''} = await client.send(command, {abortSignal})
      etags.push(ETag)
      yield bytesRead
      if (bytesRead < PART_BYTES) return
    }
  } finally {
    await file.close()
  }
}

async function complete(
  client: S3Client,
  {bucket: Bucket}: BucketSettings,
  {etags, id: UploadId, key: Key}: Upload,
  abortSignal: AbortSignal,
): Promise<void> {
  const {CompleteMultipartUploadCommand} = await import('@aws-sdk/client-s3')
  const Parts = etags.map((ETag, at) => ({ETag, PartNumber: at + 1}))
  const command = new CompleteMultipartUploadCommand({Bucket, Key, MultipartUpload: {Parts}, UploadId})
  await client.send(command, {abortSignal})
}

/** Why it failed matters more than a failure to clean up. */
async function abandon(
  client: S3Client,
  {bucket: Bucket}: BucketSettings,
  uploads: readonly Upload[],
  completed: readonly string[],
): Promise<void> {
  const {AbortMultipartUploadCommand, DeleteObjectCommand} = await import('@aws-sdk/client-s3')
  await Promise.allSettled([
    ...uploads.map(({id: UploadId, key: Key}) => client.send(new AbortMultipartUploadCommand({Bucket, Key, UploadId}))),
    ...completed.map(Key => client.send(new DeleteObjectCommand({Bucket, Key}))),
  ])
}

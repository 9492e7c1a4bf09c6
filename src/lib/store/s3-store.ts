// Dumps in an S3 bucket. The SDK is loaded by the first request.
import type {S3Client} from '@aws-sdk/client-s3'
import type {Readable} from 'node:stream'
import {UserError} from '../errors.js'
import type {BucketSettings} from './bucket-settings.js'
import {DUMP_PREFIX, factsPrefix, parseGcStat, readCatalogue, type StoredObject} from './dump-key.js'
import {explainS3Error} from './s3-error.js'
import type {GcStat, OpenedDump, StoredDump, WritableStore} from './store.js'

/** How often a download that broke goes on where it was. */
const MAX_RESUMES = 4

export class S3Store implements WritableStore {
  private client: S3Client | null = null

  constructor(private readonly settings: BucketSettings) {}

  async list(): Promise<readonly StoredDump[]> {
    try {
      // Ours under the prefix, the article's at the root; what is being uploaded is no object yet.
      const [ours, root, running] = await Promise.all([this.listPrefix(DUMP_PREFIX), this.listPrefix('', '/'), this.listUploads()])
      return [...readCatalogue(running, false), ...readCatalogue([...ours, ...root])].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  async gcStat(key: string): Promise<GcStat | null> {
    const prefix = factsPrefix(key)
    if (prefix === null) return null
    try {
      const [facts] = await this.listPrefix(prefix)
      const text = facts === undefined ? null : await this.readText(facts.key)
      return text === null ? null : parseGcStat(text)
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  async open(key: string, signal?: AbortSignal): Promise<OpenedDump> {
    const {GetObjectCommand} = await import('@aws-sdk/client-s3')
    const client = await this.connect()
    const get = async (from: number, etag?: string) =>
      client.send(
        new GetObjectCommand({
          Bucket: this.settings.bucket,
          Key: key,
          ...(from > 0 ? {IfMatch: etag, Range: `bytes=${from}-`} : {}),
        }),
        {abortSignal: signal},
      )
    const wrap = (error: unknown) =>
      signal?.aborted ? new UserError('Stopped; nothing was kept.', {code: 'interrupted'}) : explainS3Error(error, this.settings, `dump ${key}`)
    const first = await get(0).catch((error: unknown) => {
      throw wrap(error)
    })
    const storedBytes = first.ContentLength ?? 0
    const etag = first.ETag

    async function* stream(): AsyncGenerator<Uint8Array> {
      let body = first.Body as Readable
      // The SDK's own signal ends with the answer's headers. A bucket that has stopped sending would be waited for.
      signal?.addEventListener('abort', () => body.destroy(new Error('interrupted')), {once: true})
      let read = 0
      for (let resumes = 0; ; resumes++) {
        try {
          for await (const chunk of body) {
            read += chunk.length
            yield chunk
          }

          if (read >= storedBytes) return
          throw new Error(`the connection ended after ${read} of ${storedBytes} bytes`)
        } catch (error) {
          if (resumes >= MAX_RESUMES || signal?.aborted) throw wrap(error)
          body = (await get(read, etag).catch((again: unknown) => {
            throw wrap(again)
          })).Body as Readable
        }
      }
    }

    // An ETag with a dash is a multipart upload's: a checksum of checksums, of no use without the part sizes.
    const md5 = /^"([0-9a-f]{32})"$/.exec(etag ?? '')?.[1] ?? null
    return {md5, storedBytes, stream: stream()}
  }

  async remove(keys: readonly string[]): Promise<void> {
    const {DeleteObjectsCommand} = await import('@aws-sdk/client-s3')
    try {
      const client = await this.connect()
      const beside = await Promise.all(
        keys.map(async key => (key.startsWith(DUMP_PREFIX) ? this.listPrefix(`${key.replace(/\.json\.gz$/, '')},`) : [])),
      )
      const all = [...keys, ...beside.flat().map(object => object.key)]
      for (let at = 0; at < all.length; at += 1000) {
        const Objects = all.slice(at, at + 1000).map(Key => ({Key}))
        const {Errors = []} = await client.send(new DeleteObjectsCommand({Bucket: this.settings.bucket, Delete: {Objects, Quiet: true}}))
        if (Errors.length > 0) {
          throw new UserError(`S3 did not remove ${Errors.length} of ${Objects.length} objects: ${Errors[0].Code} for ${Errors[0].Key}.`, {
            code: 'not_removed',
            hint: 'The credentials need s3:DeleteObject on the bucket.',
          })
        }
      }
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  async readText(key: string): Promise<string | null> {
    const {GetObjectCommand} = await import('@aws-sdk/client-s3')
    try {
      const client = await this.connect()
      const {Body} = await client.send(new GetObjectCommand({Bucket: this.settings.bucket, Key: key}))
      return (await Body?.transformToString()) ?? null
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null
      throw explainS3Error(error, this.settings)
    }
  }

  async writeText(key: string, text: string): Promise<void> {
    const {PutObjectCommand} = await import('@aws-sdk/client-s3')
    try {
      const client = await this.connect()
      await client.send(new PutObjectCommand({Body: text, Bucket: this.settings.bucket, ContentType: 'text/plain', Key: key}))
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  async readFacts(key: string): Promise<Readonly<Record<string, unknown>> | null> {
    if (!key.startsWith(DUMP_PREFIX)) return null
    try {
      const [facts] = await this.listPrefix(`${key.replace(/\.json\.gz$/, '')},`)
      const text = facts === undefined ? null : await this.readText(facts.key)
      return text === null ? null : (JSON.parse(text) as Record<string, unknown>)
    } catch (error) {
      if (error instanceof SyntaxError) return null
      throw explainS3Error(error, this.settings)
    }
  }

  private async connect(): Promise<S3Client> {
    this.client ??= await createClient(this.settings)
    return this.client
  }

  /** One request for each 1,000 keys: all that a list shows is in the keys. */
  private async listPrefix(prefix: string, delimiter?: string): Promise<StoredObject[]> {
    const {paginateListObjectsV2} = await import('@aws-sdk/client-s3')
    const pages = paginateListObjectsV2({client: await this.connect()}, {Bucket: this.settings.bucket, Delimiter: delimiter, Prefix: prefix})
    const objects: StoredObject[] = []
    for await (const page of pages) {
      for (const {ETag, Key, Size, LastModified} of page.Contents ?? []) {
        if (Key !== undefined) objects.push({etag: ETag, key: Key, lastModified: LastModified ?? new Date(0), storedBytes: Size ?? null})
      }
    }

    return objects
  }

  /** Uploads under way. The right to ask is often not given, and not worth an error. */
  private async listUploads(): Promise<StoredObject[]> {
    const {ListMultipartUploadsCommand} = await import('@aws-sdk/client-s3')
    const client = await this.connect()
    try {
      const {Uploads} = await client.send(new ListMultipartUploadsCommand({Bucket: this.settings.bucket, Prefix: DUMP_PREFIX}))
      return (Uploads ?? []).flatMap(({Key, Initiated}) => (Key ? [{key: Key, lastModified: Initiated ?? new Date(0), storedBytes: null}] : []))
    } catch (error) {
      const status = (error as {$metadata?: {httpStatusCode?: number}}).$metadata?.httpStatusCode
      if (status === 403 || status === 405 || status === 501) return []
      throw error
    }
  }
}

export async function createClient({accessKeyId, secretAccessKey, sessionToken, region, endpoint}: BucketSettings): Promise<S3Client> {
  // It warns of Node 20 on every command, and who uses the Heroku CLI has no say in which Node that brings.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const {S3Client} = await import('@aws-sdk/client-s3')
  return new S3Client({
    credentials: {accessKeyId, secretAccessKey, ...(sessionToken ? {sessionToken} : {})},
    // A pipe of S3-compatible stores does not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    region,
    ...(endpoint ? {endpoint, forcePathStyle: true} : {}),
  })
}

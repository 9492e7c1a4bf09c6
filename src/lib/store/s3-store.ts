// Dumps in an S3 bucket. Loads the SDK with the first request.
import type {S3Client} from '@aws-sdk/client-s3'
import type {Readable} from 'node:stream'
import {UserError} from '../errors.js'
import {parseFacts, type RecordedFacts} from '../process-history.js'
import type {BucketSettings} from './bucket-settings.js'
import {DUMP_PREFIX, factsPrefix, memoryKey, readCatalogue, stemBeside, type StoredObject} from './dump-key.js'
import {guardAnswers, readAtMost, TEXT_BYTES, TIMEOUTS} from './guard-answers.js'
import {STORED_RECORD_BYTES, unpackRecord} from './memory-beside.js'
import {openObject} from './open-object.js'
import {explainS3Error} from './s3-error.js'
import type {FileToUpload, ListedDump, OpenedDump, StoredDump, UploadOptions, WritableStore} from './store.js'

/** A page has 1,000 keys. */
const MAX_PAGES = 100

/** The keys of the article's dumps begin with the year. */
const ARTICLE_PREFIX = '2'

export class S3Store implements WritableStore {
  private client: S3Client | null = null

  constructor(private readonly settings: BucketSettings) {}

  async list(): Promise<readonly StoredDump[]> {
    try {
      // Our dumps have a prefix; the article's are at the root. An unfinished upload is not an object yet.
      const [ours, root, running] = await Promise.all([
        this.listPrefix(DUMP_PREFIX),
        this.listPrefix(ARTICLE_PREFIX, '/'),
        this.listUploads(),
      ])
      return [...readCatalogue(running, false), ...readCatalogue([...ours, ...root])].toSorted((a, b) =>
        b.createdAt.localeCompare(a.createdAt),
      )
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  async open(dump: ListedDump, signal?: AbortSignal): Promise<OpenedDump> {
    return openObject(await this.connect(), this.settings, dump, signal)
  }

  async remove(keys: readonly string[]): Promise<void> {
    const {DeleteObjectsCommand} = await import('@aws-sdk/client-s3')
    try {
      const client = await this.connect()
      const all = [...keys, ...(await this.listBeside(keys))]
      for (let at = 0; at < all.length; at += 1000) {
        const Objects = all.slice(at, at + 1000).map(Key => ({Key}))
        const {Errors = []} = await client.send(
          new DeleteObjectsCommand({Bucket: this.settings.bucket, Delete: {Objects, Quiet: true}}),
        )
        const [failed] = Errors
        if (failed !== undefined) {
          throw new UserError(
            `S3 did not remove ${Errors.length} of ${Objects.length} objects: ${failed.Code} for ${failed.Key}.`,
            {
              code: 'not_removed',
              hint: 'Grant the credentials s3:DeleteObject on the bucket.',
            },
          )
        }
      }
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  async readText(key: string): Promise<string | null> {
    return (await this.readBytes(key, TEXT_BYTES))?.toString() ?? null
  }

  async readMemory(key: string): Promise<string | null> {
    const beside = memoryKey(key)
    const packed = beside === null ? null : await this.readBytes(beside, STORED_RECORD_BYTES)
    return packed === null ? null : unpackRecord(packed)
  }

  async readBytes(key: string, limit: number): Promise<Buffer | null> {
    const {GetObjectCommand} = await import('@aws-sdk/client-s3')
    try {
      const client = await this.connect()
      const {Body} = await client.send(new GetObjectCommand({Bucket: this.settings.bucket, Key: key}))
      return await readAtMost(Body as Readable, limit, key)
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null
      throw explainS3Error(error, this.settings)
    }
  }

  async writeText(key: string, text: string): Promise<void> {
    await this.put(key, text, 'text/plain')
  }

  async writeBytes(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.put(key, bytes, 'application/gzip', signal)
  }

  async writeFiles(files: readonly FileToUpload[], options: UploadOptions): Promise<void> {
    const {uploadWhole} = await import('./upload-whole.js')
    await uploadWhole(await this.connect(), this.settings, files, options)
  }

  async listObjects(prefix: string): Promise<readonly StoredObject[]> {
    try {
      return await this.listPrefix(prefix)
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  async readFacts(key: string): Promise<RecordedFacts | null> {
    const prefix = factsPrefix(key)
    if (prefix === null) return null
    try {
      const text = await this.readFactsText(prefix)
      return text === null ? null : parseFacts(text)
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  /** Ignores an object that is too long to be from the agent. */
  private async readFactsText(prefix: string): Promise<string | null> {
    const [facts] = await this.listPrefix(prefix)
    return facts === undefined || (facts.storedBytes ?? 0) > TEXT_BYTES ? null : this.readText(facts.key)
  }

  private async put(key: string, Body: string | Uint8Array, ContentType: string, signal?: AbortSignal): Promise<void> {
    const {PutObjectCommand} = await import('@aws-sdk/client-s3')
    try {
      const client = await this.connect()
      const command = new PutObjectCommand({Body, Bucket: this.settings.bucket, ContentType, Key: key})
      await client.send(command, signal === undefined ? {} : {abortSignal: signal})
    } catch (error) {
      throw explainS3Error(error, this.settings)
    }
  }

  private async connect(): Promise<S3Client> {
    this.client ??= await createClient(this.settings)
    return this.client
  }

  /** One request per 1,000 keys. A list needs no other request, because all it shows is in the keys. */
  private async listPrefix(prefix: string, delimiter?: string): Promise<StoredObject[]> {
    const {paginateListObjectsV2} = await import('@aws-sdk/client-s3')
    const pages = paginateListObjectsV2(
      {client: await this.connect(), stopOnSameToken: true},
      {Bucket: this.settings.bucket, Delimiter: delimiter, Prefix: prefix},
    )
    const objects = new Map<string, StoredObject>()
    let left = MAX_PAGES
    for await (const page of pages) {
      if (left-- === 0) {
        const many = (MAX_PAGES * 1000).toLocaleString('en')
        throw new UserError(`s3://${this.settings.bucket} has more than ${many} objects with the prefix ${prefix}.`, {
          code: 'too_many_objects',
          hint: 'Use a separate bucket for dumps, and a lifecycle rule that deletes old ones.',
        })
      }

      for (const {ETag, Key, LastModified, Size} of page.Contents ?? []) {
        if (!Key?.startsWith(prefix)) continue
        objects.set(Key, {etag: ETag, key: Key, lastModified: LastModified, storedBytes: Size ?? null})
      }
    }

    return [...objects.values()]
  }

  /** The keys of facts and memory records beside dumps, found in one listing instead of a request per dump. */
  private async listBeside(keys: readonly string[]): Promise<string[]> {
    const stems = new Set(keys.filter(key => key.startsWith(DUMP_PREFIX)).map(key => key.replace(/\.json\.gz$/, '')))
    const [first] = stems
    if (first === undefined) return []
    const objects = await this.listPrefix(stems.size === 1 ? first : DUMP_PREFIX)
    return objects
      .map(({key}) => key)
      .filter(key => {
        const stem = stemBeside(key)
        return stem !== null && stems.has(stem)
      })
  }

  /** Unfinished uploads. Credentials often lack the right to list them, which is not worth an error. */
  private async listUploads(): Promise<StoredObject[]> {
    const {ListMultipartUploadsCommand} = await import('@aws-sdk/client-s3')
    const client = await this.connect()
    try {
      const {Uploads} = await client.send(
        new ListMultipartUploadsCommand({Bucket: this.settings.bucket, Prefix: DUMP_PREFIX}),
      )
      return (Uploads ?? []).flatMap(({Initiated, Key}) =>
        Key ? [{key: Key, lastModified: Initiated, storedBytes: null}] : [],
      )
    } catch (error) {
      const status = (error as {$metadata?: {httpStatusCode?: number}}).$metadata?.httpStatusCode
      if (status === 403 || status === 405 || status === 501) return []
      throw error
    }
  }
}

export async function createClient(settings: BucketSettings): Promise<S3Client> {
  const {accessKeyId, bucket, endpoint, region, secretAccessKey, sessionToken} = settings
  // Otherwise the SDK warns about Node 20 on every command, but users cannot choose the Heroku CLI's Node.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const {S3Client} = await import('@aws-sdk/client-s3')
  const client = new S3Client({
    credentials: {accessKeyId, secretAccessKey, ...(sessionToken ? {sessionToken} : {})},
    // Some S3-compatible stores do not support the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    region,
    requestHandler: TIMEOUTS,
    ...(endpoint ? {endpoint, forcePathStyle: true} : {}),
  })
  guardAnswers(client, bucket)
  return client
}

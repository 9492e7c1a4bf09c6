// A URL that gives one object to whoever has it, until it expires: SigV4 in the query. Pure.
import {createHash, createHmac} from 'node:crypto'
import type {BucketSettings} from './bucket-settings.js'

/** As SigV4 encodes: everything but unreserved characters, in upper-case hex. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** A GET of `key`, good for `seconds` (at most a week, says S3) from `now` on. */
export function presignedUrl(settings: BucketSettings, key: string, seconds: number, now: Date): string {
  const {bucket, region, endpoint} = settings
  const base = new URL(endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com`)
  const prefix = endpoint === undefined ? '' : `${base.pathname.replace(/\/$/, '')}/${encode(bucket)}`
  const path = `${prefix}/${key.split('/').map(encode).join('/')}`
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`
  const query = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${settings.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(seconds),
    ...(settings.sessionToken ? {'X-Amz-Security-Token': settings.sessionToken} : {}),
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
  const request = ['GET', path, query, `host:${base.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(request).digest('hex')].join('\n')
  const signingKey = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${settings.secretAccessKey}`)
  return `${base.origin}${path}?${query}&X-Amz-Signature=${hmac(signingKey, toSign).toString('hex')}`
}

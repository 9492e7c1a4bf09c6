// Which of the loaded C extensions may use memory that Ruby does not count, the likeliest first.
import type {MemoryRecord} from '../../../memory-record.js'

export type NativeGem = {
  readonly gem: string
  readonly version: string
  /** Its live objects by class, most first: `1 SQLite3::Database`. */
  readonly objects: ReadonlyArray<{readonly className: string; readonly count: number}>
}

/** Gems around a library with a memory management of its own: engines, images, models, RPC. */
const HEAVY: ReadonlySet<string> = new Set([
  'google-protobuf',
  'grpc',
  'mini_racer',
  'onnxruntime',
  'rdkafka',
  'rmagick',
  'ruby-vips',
  'sassc',
  'therubyracer',
  'torch-rb',
  'wasmtime',
])
/** In every process with the agent, and widely used: leaks were found there too, but are rare. */
const USUAL: ReadonlySet<string> = new Set(['openssl', 'pg', 'psych', 'zlib'])
/** Ruby's own extensions that are worth a look. */
const OF_RUBY: ReadonlySet<string> = new Set(['fiddle', 'openssl', 'psych', 'zlib'])
/** Where Ruby's own extensions are: `ruby/3.3.0/x86_64-linux/`. */
const RUBYS_OWN = /\/ruby\/\d+\.\d+\.\d+\/(?!gems\/|.*vendor_ruby)/
const EXTENSION = /\/([^/]+)\.so$/
/** `sqlite3_native.so` belongs to sqlite3, `oj_ext.so` to oj. */
const SUFFIX = /[_-](?:native|ext|c)$/
/** They allocate through Ruby, or nothing that lasts. */
const HARMLESS: ReadonlySet<string> = new Set([
  'bigdecimal',
  'bootsnap',
  'cgi',
  'date',
  'debug',
  'digest',
  'erb',
  'etc',
  'io-console',
  'io-nonblock',
  'io-wait',
  'json',
  'monitor',
  'msgpack',
  'nio4r',
  'objspace',
  'pathname',
  'puma',
  'racc',
  'rbs',
  'readline',
  'ripper',
  'socket',
  'stringio',
  'strscan',
  'websocket-driver',
])

export function nativeGems(
  {extensions, mappings}: Pick<MemoryRecord, 'extensions' | 'mappings'>,
  objects: ReadonlyMap<string, number>,
): readonly NativeGem[] {
  const versions = new Map(extensions.map(({gem, version}) => [gem, version]))
  const known = new Set(extensions.map(({file}) => file))
  for (const {name} of mappings ?? []) {
    if (name === null || known.has(name)) continue
    const gem = extensionOf(name)
    if (gem !== null && !versions.has(gem)) versions.set(gem, '')
  }

  const counted = [...objects].map(([className, count]) => ({className, count, plain: plain(className)}))
  return [...versions]
    .filter(([gem]) => !HARMLESS.has(gem) && (gem !== 'fiddle' || usesFiddle(objects)))
    .map(([gem, version]) => ({
      gem,
      objects: counted
        .filter(one => one.plain.startsWith(plain(gem)))
        .map(({className, count}) => ({className, count}))
        .toSorted((a, b) => b.count - a.count),
      version,
    }))
    .toSorted((a, b) => weightOf(b) - weightOf(a) || countOf(b) - countOf(a) || a.gem.localeCompare(b.gem, 'en'))
}

/** The extension of a mapped file that no gem claims, as Debian's packages install them; null: it is none. */
function extensionOf(path: string): string | null {
  const name = /\/(?:ruby|vendor_ruby|gems|extensions|ext)\//.test(path) ? EXTENSION.exec(path)?.[1] : undefined
  if (name === undefined || /\/enc\//.test(path)) return null
  if (RUBYS_OWN.test(path)) return OF_RUBY.has(name) ? name : null
  return name.replace(SUFFIX, '')
}

/** The agent loads Fiddle to trim memory; loaded, it has two handles. */
function usesFiddle(objects: ReadonlyMap<string, number>): boolean {
  return [...objects.keys()].some(name => /^Fiddle::(?!Handle$)/.test(name))
}

/** `google-protobuf` and `Google::Protobuf::Map` begin alike. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

function weightOf({gem, objects}: NativeGem): number {
  return (HEAVY.has(gem) ? 4 : USUAL.has(gem) ? 0 : 2) + (objects.length > 0 ? 1 : 0)
}

function countOf({objects}: NativeGem): number {
  return objects.reduce((sum, {count}) => sum + count, 0)
}

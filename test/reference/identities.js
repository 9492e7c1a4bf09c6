// Who is who in a dump, read the plain way: address → what tells an object from the next one in the same slot.
import {readDump} from './read-dump.js'

/** @param {Buffer} bytes @returns {Map<string, string>} */
export function identities(bytes) {
  const {objects} = readDump(bytes)
  const names = new Map(objects.map(({address, name, real_class_name: real}) => [address, name ?? real]))
  return new Map(
    objects.map(object => {
      const {address, type, class: owner, struct, imemo_type: imemo, file, line, generation} = object
      // Classes and modules get names and singleton classes later.
      const kind = ['CLASS', 'MODULE', 'ICLASS'].includes(type)
        ? ''
        : type === 'IMEMO'
          ? imemo
          : `${names.get(owner) ?? owner} ${struct ?? ''}`
      return [address, [type, kind, file, line, generation].join(' ')]
    }),
  )
}

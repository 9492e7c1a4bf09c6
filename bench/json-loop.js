// The baseline: a readline and JSON.parse loop that counts objects by generation, file and line, type and string value.
// No graph, no class names, no handling of bad lines.
import {createReadStream} from 'node:fs'
import {createInterface} from 'node:readline'

const count = (table, key, memsize) => {
  const row = table.get(key)
  if (row === undefined) {
    table.set(key, {memsize, objects: 1})
  } else {
    row.objects++
    row.memsize += memsize
  }
}

const tables = {classes: new Map(), generations: new Map(), sites: new Map(), strings: new Map()}
let objects = 0
for await (const line of createInterface({
  crlfDelay: Infinity,
  input: createReadStream(process.argv[2], {highWaterMark: 1 << 20}),
})) {
  const record = JSON.parse(line)
  if (record.type === 'ROOT') continue
  objects++
  count(tables.generations, record.generation, record.memsize)
  count(tables.classes, record.class, record.memsize)
  if (record.file !== undefined) count(tables.sites, `${record.file}:${record.line}`, record.memsize)
  if (record.type === 'STRING' && record.value !== undefined) count(tables.strings, record.value, record.memsize)
}

console.log(JSON.stringify({objects}))

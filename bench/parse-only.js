// The floor for any JavaScript reader that creates a string and an object per line: readline, JSON.parse, nothing else.
import {createReadStream} from 'node:fs'
import {createInterface} from 'node:readline'

let objects = 0
for await (const line of createInterface({
  crlfDelay: Infinity,
  input: createReadStream(process.argv[2], {highWaterMark: 1 << 20}),
})) {
  if (JSON.parse(line).type !== 'ROOT') objects++
}

console.log(JSON.stringify({objects}))

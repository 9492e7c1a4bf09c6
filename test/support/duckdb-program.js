#!/usr/bin/env node
// Stands in for the `duckdb` program, which test machines do not have: the same engine, with the program's options that
// we use. Written after version 2.0, which prints 64-bit numbers as texts.
import {DuckDBInstance} from '@duckdb/node-api'

const words = process.argv.slice(2)
const isReadOnly = words.includes('-readonly')
const after = name => words.flatMap((word, at) => (word === name ? [words[at + 1]] : []))
const database = words.find((word, at) => !word.startsWith('-') && !['-init', '-cmd', '-c'].includes(words[at - 1]))

if (words.includes('-version')) {
  console.log('v2.0.0 (Stand-in) 0123456789')
} else {
  try {
    const instance = await DuckDBInstance.create(database, isReadOnly ? {access_mode: 'READ_ONLY'} : {})
    const connection = await instance.connect()
    for (const sql of [...after('-cmd'), ...after('-c')]) {
      const reader = await connection.runAndReadAll(sql)
      if (words.includes('-json') && reader.columnCount > 0 && after('-c').includes(sql))
        console.log(JSON.stringify(reader.getRowObjectsJson()))
    }

    connection.closeSync()
    instance.closeSync()
  } catch (error) {
    console.error(error.message.replace(/^Failed to extract statements: /, ''))
    process.exitCode = 1
  }
}

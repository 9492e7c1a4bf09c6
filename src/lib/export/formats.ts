// The formats of heapdump:export.

export const FORMATS = ['heapsnapshot', 'pprof', 'folded', 'parquet'] as const

export type Format = (typeof FORMATS)[number]

/** What a file's name ends with (null: it is a folder), and how to open it. */
export const ABOUT: Readonly<Record<Format, {readonly ending: string | null; readonly opens: string}>> = {
  folded: {
    ending: '.folded',
    opens: 'Open it in https://www.speedscope.app, or with flamegraph.pl or inferno-flamegraph.',
  },
  heapsnapshot: {ending: '.heapsnapshot', opens: 'Open it in Chrome DevTools: Memory, Load profile.'},
  parquet: {ending: null, opens: 'Query it with DuckDB, Trino, Athena or Spark: docs/fleet.md has the tables.'},
  pprof: {ending: '.pb.gz', opens: 'Open it with go tool pprof -http=: FILE, or in https://www.speedscope.app.'},
}

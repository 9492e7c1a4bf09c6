// The table of suspects, as analyze lists them; and that of a process's memory over time, as the agent recorded it.
import {findSuspects} from '../analysis/suspects/find-suspects.js'
import type {Suspect} from '../analysis/suspects/finding.js'
import type {HistoryPoint} from '../process-history.js'
import {DUMP_OF_ROW, smallTable} from './small-table.js'

type RankedSuspect = Suspect & {readonly rank: number}

export const suspects = smallTable<RankedSuspect>({
  columns: [
    DUMP_OF_ROW,
    {doc: '1 is the worst', name: 'rank', type: 'INTEGER', unit: null, valueOf: ({rank}) => rank},
    {doc: 'the rule (docs/suspects.md)', name: 'rule', type: 'VARCHAR', unit: null, valueOf: ({rule}) => rule},
    {doc: 'leak, waste, large or normal', name: 'kind', type: 'VARCHAR', unit: null, valueOf: ({kind}) => kind},
    {doc: 'high, medium or low', name: 'severity', type: 'VARCHAR', unit: null, valueOf: ({severity}) => severity},
    {doc: 'a sentence', name: 'title', type: 'VARCHAR', unit: null, valueOf: ({title}) => title},
    {doc: 'what holds it', name: 'owner', type: 'VARCHAR', unit: null, valueOf: ({owner}) => owner},
    {
      doc: 'the address of the owner; NULL for a root, or if several objects have the name',
      name: 'owner_address',
      type: 'BIGINT',
      unit: 'address',
      valueOf: ({ownerAddress}) => (ownerAddress === null ? null : Number(ownerAddress)),
    },
    {
      doc: 'what would be freed with it',
      name: 'retained',
      type: 'BIGINT',
      unit: 'bytes',
      valueOf: ({retainedSize}) => retainedSize,
    },
    {
      doc: 'its share of live memory, or of the process if it is not in objects',
      name: 'share',
      type: 'DOUBLE',
      unit: 'share',
      valueOf: ({share}) => share,
    },
    {
      doc: 'the first allocation site; NULL if there is none',
      name: 'file',
      type: 'VARCHAR',
      unit: null,
      valueOf: ({sites}) => sites[0]?.file ?? null,
    },
    {
      doc: 'the line of it',
      name: 'line',
      type: 'INTEGER',
      unit: null,
      valueOf: ({sites}) => sites[0]?.line ?? null,
    },
    {doc: 'what to do', name: 'advice', type: 'VARCHAR', unit: null, valueOf: ({advice}) => advice},
  ],
  doc: 'a suspect of analyze',
  name: 'suspects',
  rows: subject => findSuspects(subject).map((suspect, at) => ({...suspect, rank: at + 1})),
})

type TimedPoint = HistoryPoint & {readonly timeMs: number}

export const memoryLine = smallTable<TimedPoint>({
  columns: [
    DUMP_OF_ROW,
    {doc: 'the time', name: 'measured_at', type: 'TIMESTAMP', unit: null, valueOf: ({timeMs}) => timeMs},
    {
      doc: 'age of the process then',
      name: 'seconds',
      type: 'BIGINT',
      unit: 'seconds',
      valueOf: ({seconds}) => seconds,
    },
    {doc: 'resident memory', name: 'rss', type: 'BIGINT', unit: 'bytes', valueOf: ({rssBytes}) => rssBytes},
    {
      doc: 'objects that survived the last major GC; NULL: none had run',
      name: 'old_objects',
      type: 'BIGINT',
      unit: 'objects',
      valueOf: ({oldObjects}) => oldObjects,
    },
    {
      doc: "slots of Ruby's heap in use; NULL: not recorded",
      name: 'live_slots',
      type: 'BIGINT',
      unit: 'objects',
      valueOf: ({liveSlots}) => liveSlots,
    },
    {
      doc: "pages of Ruby's heap; NULL: not recorded",
      name: 'pages',
      type: 'BIGINT',
      unit: null,
      valueOf: ({pages}) => pages,
    },
    {doc: 'GCs so far; NULL: not recorded', name: 'gcs', type: 'BIGINT', unit: null, valueOf: ({gcs}) => gcs},
    {doc: 'major GCs so far', name: 'major_gcs', type: 'BIGINT', unit: null, valueOf: ({majors}) => majors},
  ],
  doc: 'a moment in the life of a dumped process, as the agent recorded it',
  name: 'memory_line',
  rows: ({history}) =>
    (history?.points ?? []).map(point => ({
      ...point,
      timeMs: Date.parse(history?.bootedAt ?? '') + point.seconds * 1000,
    })),
})

// The table of dumps: where each comes from, and its totals, which are those of analyze (docs/json.md).
import {type DumpFacts, factsOf} from '../analysis/report/report.js'
import {type Totals, totals} from '../analysis/tables/totals.js'
import {type RowColumn, smallTable} from './small-table.js'

type DumpRow = DumpFacts & Totals

const timeOf = (text: string | null) => (text === null ? null : Date.parse(text))

const COLUMNS: ReadonlyArray<RowColumn<DumpRow>> = [
  {
    doc: 'the id, or the name of a file that has none; dump in the other tables',
    name: 'id',
    type: 'VARCHAR',
    unit: null,
    valueOf: (_, {id}) => id,
  },
  {
    doc: '1 for the dump that was named first',
    name: 'position',
    type: 'INTEGER',
    unit: null,
    valueOf: (_, {position}) => position,
  },
  {doc: 'the Heroku app', name: 'app', type: 'VARCHAR', unit: null, valueOf: (_, {app}) => app},
  {doc: 'the dyno: web.1', name: 'dyno', type: 'VARCHAR', unit: null, valueOf: (_, {dyno}) => dyno},
  {
    doc: 'what the process does: puma worker 0',
    name: 'process',
    type: 'VARCHAR',
    unit: null,
    valueOf: (_, {process}) => process,
  },
  {doc: 'its process id', name: 'pid', type: 'INTEGER', unit: null, valueOf: (_, {pid}) => pid},
  {doc: 'the release: v214', name: 'release', type: 'VARCHAR', unit: null, valueOf: (_, {release}) => release},
  {doc: 'the version of Ruby: 3.3.6', name: 'ruby', type: 'VARCHAR', unit: null, valueOf: (_, {ruby}) => ruby},
  {
    doc: 'when it was taken',
    name: 'taken_at',
    type: 'TIMESTAMP',
    unit: null,
    valueOf: (_, {createdAt}) => timeOf(createdAt),
  },
  {
    doc: 'when the process started; dumps of one process have the same',
    name: 'booted_at',
    type: 'TIMESTAMP',
    unit: null,
    valueOf: (_, {bootedAt}) => timeOf(bootedAt),
  },
  {
    doc: 'resident memory of the process when it was dumped',
    name: 'rss',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({processBytes}, {memoryBytes}) => memoryBytes ?? processBytes,
  },
  {
    doc: 'memory limit of the dyno',
    name: 'quota',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: (_, {quotaBytes}) => quotaBytes,
  },
  {
    doc: 'size of the dump before compression',
    name: 'bytes',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({bytes}) => bytes,
  },
  {
    doc: 'all objects, garbage included',
    name: 'objects',
    type: 'BIGINT',
    unit: 'objects',
    valueOf: ({objects}) => objects,
  },
  {
    doc: 'references in the dump: rows of refs of the kind reference',
    name: 'refs',
    type: 'BIGINT',
    unit: 'references',
    valueOf: ({references}) => references,
  },
  {
    doc: 'own size of all objects',
    name: 'memsize',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({memsize}) => memsize,
  },
  {
    doc: 'live objects',
    name: 'live_objects',
    type: 'BIGINT',
    unit: 'objects',
    valueOf: ({aliveObjects}) => aliveObjects,
  },
  {
    doc: 'live memory, of which every share is a part: memsize less reserved of the live objects',
    name: 'live_memsize',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({aliveMemsize}) => aliveMemsize,
  },
  {
    doc: 'what the next GC frees',
    name: 'garbage_memsize',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({garbageMemsize}) => garbageMemsize,
  },
  {
    doc: 'memory of the allocation tracer',
    name: 'tracer_memsize',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({tracerMemsize}) => tracerMemsize,
  },
  {
    doc: 'memory of the agent',
    name: 'agent_memsize',
    type: 'BIGINT',
    unit: 'bytes',
    valueOf: ({agentMemsize}) => agentMemsize,
  },
  {
    doc: 'true if any object has an allocation site',
    name: 'traced',
    type: 'BOOLEAN',
    unit: null,
    valueOf: ({traced}) => traced,
  },
  {
    doc: 'true if the dyno replaced the contents of strings by hashes',
    name: 'redacted',
    type: 'BOOLEAN',
    unit: null,
    valueOf: (_, {redacted}) => redacted,
  },
  {
    doc: 'true if the dump is cut: every count and size of it is a lower bound',
    name: 'truncated',
    type: 'BOOLEAN',
    unit: null,
    valueOf: ({truncated}) => truncated,
  },
  {
    doc: 'true if many referenced objects are missing: what holds what cannot be told',
    name: 'partial',
    type: 'BOOLEAN',
    unit: null,
    valueOf: ({partial}) => partial,
  },
  {
    doc: 'lines that are not records',
    name: 'malformed_lines',
    type: 'BIGINT',
    unit: null,
    valueOf: ({malformedLines}) => malformedLines,
  },
]

export const dumps = smallTable<DumpRow>({
  columns: COLUMNS,
  doc: 'a dump',
  name: 'dumps',
  rows: subject => [{...factsOf(subject), ...totals(subject.graph)}],
})

// The questions that ship with heapdump:query. Their SQL is a start for questions of one's own, so it is plain: no
// function that only one engine has, where there is another way.

export type NamedQuestion = {
  readonly name: string
  /** What it answers, for --list. */
  readonly doc: string
  /** What --of names in it; null: nothing. */
  readonly of: string | null
  readonly sql: string
}

export const NAMED_QUESTIONS: readonly NamedQuestion[] = [
  {
    doc: 'what is old and what is young, by class',
    name: 'old-and-young',
    of: null,
    sql: `
SELECT dump, class,
       sum(CASE WHEN old THEN 1 ELSE 0 END) AS old_objects,
       sum(CASE WHEN old THEN memsize - reserved ELSE 0 END) AS old_memsize,
       sum(CASE WHEN old THEN 0 ELSE 1 END) AS young_objects,
       sum(CASE WHEN old THEN 0 ELSE memsize - reserved END) AS young_memsize
FROM objects
WHERE live
GROUP BY dump, class
ORDER BY old_memsize DESC, class`,
  },
  {
    doc: 'what refers to an object or a class: --of VALUE',
    name: 'referrers',
    of: 'an address (0x7f3d972c0070) or a class (IssuesQuery)',
    sql: `
SELECT s.dump, s.class AS referrer, r.name, r.owning,
       count(DISTINCT s.address) AS referrers, count(*) AS refs,
       count(DISTINCT t.address) AS referred, min(s.address) AS example
FROM objects t
JOIN refs r ON r.dump = t.dump AND r.target = t.address
JOIN objects s ON s.dump = r.dump AND s.address = r.source
WHERE (t.class = :of OR t.address = TRY_CAST(:of AS UBIGINT)) AND s.class NOT LIKE 'Heapdump%'
GROUP BY s.dump, s.class, r.name, r.owning
ORDER BY r.owning DESC, referrers DESC, referrer`,
  },
  {
    doc: 'what is new since the dump before, by owner',
    name: 'new-by-owner',
    of: null,
    sql: `
WITH ordered AS (
  SELECT id, lag(id) OVER (ORDER BY taken_at, position) AS earlier FROM dumps
)
SELECT d.earlier, n.dump, n.owner, count(*) AS objects, sum(n.memsize) AS memsize
FROM ordered d
JOIN objects n ON n.dump = d.id
LEFT JOIN objects o ON o.dump = d.earlier AND o.address = n.address AND o.type = n.type AND o.class = n.class
  AND coalesce(o.file, '') = coalesce(n.file, '') AND coalesce(o.line, 0) = coalesce(n.line, 0)
  AND coalesce(o.generation, -1) = coalesce(n.generation, -1)
  AND o.old <= n.old AND n.reachable <= o.reachable
WHERE d.earlier IS NOT NULL AND n.live AND o.address IS NULL
GROUP BY d.earlier, n.dump, n.owner
ORDER BY memsize DESC, n.owner`,
  },
  {
    doc: 'strings that are in memory several times, by owner',
    name: 'duplicate-strings',
    of: null,
    sql: `
SELECT dump, owner, sum(copies) AS copies, count(*) AS texts, sum(memsize) AS memsize,
       sum((copies - 1) * memsize // copies) AS wasted
FROM (
  SELECT dump, owner, value_hash, count(*) AS copies, sum(memsize) AS memsize
  FROM objects
  WHERE live AND type = 'STRING' AND value_hash IS NOT NULL
  GROUP BY dump, owner, value_hash
  HAVING count(*) > 1
) repeated
GROUP BY dump, owner
ORDER BY wasted DESC, owner`,
  },
  {
    doc: 'how many records each association has loaded',
    name: 'associations',
    of: null,
    sql: `
SELECT a.dump, holder.class AS model, a.class AS association, record.class AS records_of,
       count(DISTINCT a.address) AS associations, count(*) AS records, sum(record.retained) AS retained
FROM objects a
JOIN refs up ON up.dump = a.dump AND up.source = a.address AND up.name = '@owner'
JOIN objects holder ON holder.dump = a.dump AND holder.address = up.target
JOIN refs down ON down.dump = a.dump AND down.source = a.address AND down.name = '@target'
JOIN objects list ON list.dump = a.dump AND list.address = down.target AND list.type = 'ARRAY'
JOIN refs item ON item.dump = a.dump AND item.source = list.address AND item.name = 'element'
JOIN objects record ON record.dump = a.dump AND record.address = item.target
WHERE a.class LIKE 'ActiveRecord::Associations::%'
GROUP BY a.dump, holder.class, a.class, record.class
ORDER BY records DESC, model`,
  },
  {
    doc: 'closures, and what only they keep in memory',
    name: 'closures',
    of: null,
    sql: `
SELECT dump, owner, file, line, count(*) AS closures, sum(retained) AS retained, max(retained) AS largest
FROM objects
WHERE live AND type = 'DATA' AND name = 'proc'
GROUP BY dump, owner, file, line
ORDER BY retained DESC, closures DESC`,
  },
  {
    doc: 'empty arrays, hashes and strings, by class and line',
    name: 'empty-collections',
    of: null,
    sql: `
SELECT dump, class, file, line, count(*) AS objects, sum(memsize) AS memsize
FROM objects
WHERE type IN ('ARRAY', 'HASH', 'STRING') AND coalesce(length, bytesize) = 0 AND NOT shared AND NOT agent
GROUP BY dump, class, file, line
ORDER BY memsize DESC, objects DESC`,
  },
  {
    doc: 'threads and fibers, and what only they hold',
    name: 'threads',
    of: null,
    sql: `
SELECT t.dump, t.address, t.name AS kind, t.retained - t.reserved AS retained, t.retained_objects,
       t.reserved, t.file, t.line
FROM objects t
WHERE t.reachable AND NOT t.agent AND t.name IN ('VM/thread', 'fiber') AND t.type = 'DATA'
ORDER BY retained DESC, t.address`,
  },
  {
    doc: 'live objects by generation',
    name: 'generations',
    of: null,
    sql: `
SELECT dump, generation, count(*) AS objects, sum(memsize - reserved) AS memsize
FROM objects
WHERE live
GROUP BY dump, generation
ORDER BY dump, generation NULLS FIRST`,
  },
  {
    doc: 'live memory by gem, in a traced dump',
    name: 'gems',
    of: null,
    sql: `
SELECT dump, coalesce(gem, '(not traced)') AS gem, count(*) AS objects, sum(memsize - reserved) AS memsize
FROM objects
WHERE live
GROUP BY dump, gem
ORDER BY memsize DESC, gem`,
  },
  {
    doc: 'the objects that keep most memory alive',
    name: 'dominators',
    of: null,
    sql: `
SELECT dump, address, class, name, retained, retained_objects, dominator, owner, file, line
FROM objects
WHERE reachable AND NOT agent
ORDER BY retained DESC
LIMIT 100`,
  },
  {
    doc: 'what the next GC frees, by class and line',
    name: 'garbage',
    of: null,
    sql: `
SELECT dump, class, file, line, count(*) AS objects, sum(memsize) AS memsize
FROM objects
WHERE NOT reachable
GROUP BY dump, class, file, line
ORDER BY memsize DESC, objects DESC`,
  },
  {
    doc: 'average live memory by owner, in each release',
    name: 'owners-by-release',
    of: null,
    sql: `
SELECT d.app, d.release, o.owner, count(*) AS dumps, avg(o.memsize) AS memsize, avg(o.objects) AS objects
FROM owners o
JOIN dumps d ON d.id = o.dump
GROUP BY d.app, d.release, o.owner
ORDER BY d.app, d.release, memsize DESC`,
  },
]

// The memory of a process: as counted by the kernel, and, for an app that runs the probe, by Ruby's GC and glibc's
// malloc.
import {readFileSync} from 'node:fs'
import {connect} from 'node:net'
import {join} from 'node:path'

export type Footprint = {
  /** Resident memory, and the proportional set size; bytes. */
  readonly rss: number
  readonly pss: number
  readonly gc: Readonly<Record<string, number>>
  /**
   * mallinfo2: `uordblks` in use, `fordblks` free (returned to the kernel or not), `arena` and `hblkhd` allocated from
   * the kernel. All 0 with another allocator.
   */
  readonly malloc: Readonly<Record<string, number>>
}

function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let answer = ''
    socket.on('data', chunk => (answer += chunk))
    socket.once('end', () => resolve(answer))
    socket.once('error', reject)
  })
}

/** `probes`: the app's PROBE directory. */
export async function footprintOf(pid: number, probes: string): Promise<Footprint> {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024
  const {gc, malloc} = JSON.parse(await ask(join(probes, `${pid}.sock`))) as Pick<Footprint, 'gc' | 'malloc'>
  return {gc, malloc, pss: bytes('Pss'), rss: bytes('Rss')}
}

// What a process has in memory: as the kernel counts it, and, of an app that runs the probe, as Ruby's collector and
// glibc's malloc do.
import {readFileSync} from 'node:fs'
import {connect} from 'node:net'
import {join} from 'node:path'

export type Footprint = {
  /** Resident, and with each shared page counted by its share; bytes. */
  readonly rss: number
  readonly pss: number
  readonly gc: Readonly<Record<string, number>>
  /**
   * mallinfo2: `uordblks` in use, `fordblks` free (given back to the kernel or not), `arena` and `hblkhd` got from the
   * kernel. All 0 with another allocator.
   */
  readonly malloc: Readonly<Record<string, number>>
}

function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let said = ''
    socket.on('data', chunk => (said += chunk))
    socket.once('end', () => resolve(said))
    socket.once('error', reject)
  })
}

/** `probes`: the directory that the app has as PROBE. */
export async function footprintOf(pid: number, probes: string): Promise<Footprint> {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024
  const {gc, malloc} = JSON.parse(await ask(join(probes, `${pid}.sock`))) as Pick<Footprint, 'gc' | 'malloc'>
  return {gc, malloc, pss: bytes('Pss'), rss: bytes('Rss')}
}

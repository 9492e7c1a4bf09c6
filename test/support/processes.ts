// What the kernel reports about the processes of a test's dyno (its process group).
import {readFileSync, readdirSync, readlinkSync} from 'node:fs'

export type ProcessFacts = {
  readonly pid: number
  readonly parent: number
  readonly state: string
  readonly command: string
}

function factsOf(pid: string): (ProcessFacts & {readonly group: number}) | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return {command, group: Number(group), parent: Number(parent), pid: Number(pid), state}
  } catch {
    return null // it exited meanwhile
  }
}

/** Every process of the group, including zombies. */
export function processesOfGroup(group: number): ProcessFacts[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(factsOf)
    .filter(facts => facts !== null && facts.group === group) as ProcessFacts[]
}

export function isAlive(pid: number): boolean {
  const facts = factsOf(String(pid))
  return facts !== null && facts.state !== 'Z'
}

/** The target of each descriptor. */
export function descriptorsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
    } catch {
      return []
    }
  })
}

/** A field of /proc/PID/status, unchanged. */
export function statusOf(pid: number, field: string): string {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find(one => one.startsWith(`${field}:`))
  return line?.split(/\s+/)[1] ?? ''
}

export const threadsOf = (pid: number): number => Number(statusOf(pid, 'Threads'))
export const rssBytesOf = (pid: number): number => Number(statusOf(pid, 'VmRSS')) * 1024

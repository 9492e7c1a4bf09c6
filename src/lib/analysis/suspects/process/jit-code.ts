// Compiled code and the compiler's own data.
import {formatBytes} from '../../../units.js'
import {bytesOfParts} from '../../tables/process-parts.js'
import {atMost, type Cause, isMuch, setting} from './cause.js'
import {isBefore, type ProcessFacts} from './process-facts.js'

const MEBIBYTE = 2 ** 20
const LEAST_LIMIT = 8

export function jitCode({memory, ruby}: ProcessFacts): Cause | null {
  const code = bytesOfParts(memory, 'jit-code')
  const bytes = code + bytesOfParts(memory, 'jit-data')
  if (!isMuch(bytes, memory)) return null
  const {limitBytes = null, name = 'YJIT'} = memory.jit ?? {}
  // From 3.4 on one option limits code and data together.
  const isCode = name === 'YJIT' && isBefore(ruby, 3, 4)
  const option = name === 'ZJIT' ? '--zjit-mem-size' : isCode ? '--yjit-exec-mem-size' : '--yjit-mem-size'
  const limited = isCode ? code : bytes
  const limit = Math.max(LEAST_LIMIT, 2 ** Math.floor(Math.log2(limited / 2 / MEBIBYTE)))
  const kept = bytes * Math.min(1, (limit * MEBIBYTE) / limited)
  return {
    advice:
      `Limit it: ${setting('RUBYOPT', `"--${name.toLowerCase()} ${option}=${limit}"`)} gives back about ` +
      `${formatBytes(bytes - kept)} in each process, and what is not compiled runs as fast as without ${name}. ` +
      'That replaces RUBYOPT, so repeat what it has now. ' +
      `On a small dyno, turn it off: ${atMost(bytes)}.`,
    assessment: {by: 'waste'},
    bytes,
    evidence: [
      `${formatBytes(code)} of compiled code${limitBytes === null ? '' : `, of a limit of ${formatBytes(limitBytes)}`}`,
      bytes === code ? null : `${formatBytes(bytes - code)} of the compiler's own data`,
      'each worker process compiles its own',
    ].filter(line => line !== null),
    gain: bytes - kept,
    growth: 'settled',
    owner: name,
    rule: 'jit-code',
    title: `${name} takes ${formatBytes(bytes)}`,
  }
}

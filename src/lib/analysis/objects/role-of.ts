// The role of an object (roles.ts), from its type and name.
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {isTracer} from '../../heap/ownership.js'
import {TYPE} from '../../heap/object-types.js'
import {isAgents} from './agent-objects.js'
import {isNamedModule, moduleName} from './class-names.js'
import type {Role} from './roles.js'

const NATIVE_ROLES = new Map<string | null, Role>([
  ['VM/thread', 'thread'],
  ['fiber', 'fiber'],
  ['proc', 'block'],
])

export function roleOf(heap: Heap, index: number): Role {
  if (isAgents(heap, index)) return 'agent'
  switch (heap.columns.types[index]) {
    case TYPE.CLASS:
    case TYPE.MODULE:
      return moduleRole(heap, index)
    case TYPE.IMEMO:
    case TYPE.ICLASS:
      return 'internal'
    case TYPE.DATA:
      return NATIVE_ROLES.get(heap.detail(index)) ?? (isTracer(heap, index) ? 'tracer' : 'object')
    default:
      return isTracer(heap, index) ? 'tracer' : 'object'
  }
}

function moduleRole(heap: Heap, index: number): Role {
  if ((heap.columns.flags[index] & FLAG.singleton) !== 0) return 'singleton'
  if (isNamedModule(heap, index) && moduleName(heap, index) === 'Object') return 'top-level'
  return heap.columns.types[index] === TYPE.MODULE ? 'module' : 'class'
}

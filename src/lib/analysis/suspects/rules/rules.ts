// The rules, in order. A rule claims the accumulations that it explains, so special rules come before general ones.
import type {SuspectContext} from '../context.js'
import type {Finding} from '../finding.js'
import {activeRecord} from './active-record.js'
import {anonymousClasses} from './anonymous-classes.js'
import {compiledCode} from './compiled-code.js'
import {associations} from './associations.js'
import {closures} from './closures.js'
import {collection} from './collection.js'
import {duplicateStringsRule} from './duplicate-strings.js'
import {frameworkData} from './framework-data.js'
import {finalizers} from './finalizers.js'
import {giantObject} from './giant-object.js'
import {longChain} from './long-chain.js'
import {memoryStore} from './memory-store.js'
import {notificationSubscribers} from './notification-subscribers.js'
import {processMemoryRule} from './process-memory.js'
import {queryCache} from './query-cache.js'
import {rackEnv} from './rack-env.js'
import {spreadGrowth} from './spread-growth.js'
import {statementCache} from './statement-cache.js'
import {threads} from './threads.js'
import {undrainedQueue} from './undrained-queue.js'

export type Rule = (context: SuspectContext) => Finding[]

export const RULES: readonly Rule[] = [
  statementCache,
  threads,
  finalizers,
  longChain,
  undrainedQueue,
  queryCache,
  notificationSubscribers,
  associations,
  activeRecord,
  rackEnv,
  closures,
  anonymousClasses,
  memoryStore,
  frameworkData,
  giantObject,
  collection,
  compiledCode,
  spreadGrowth,
  duplicateStringsRule,
  processMemoryRule,
]

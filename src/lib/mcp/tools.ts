// The tools, in the order in which a diagnosis uses them.
import type {Tool} from './tool.js'
import {analyze} from './tools/analyze.js'
import {diff} from './tools/diff.js'
import {explain} from './tools/explain.js'
import {list} from './tools/list.js'
import {query} from './tools/query.js'
import {status} from './tools/status.js'
import {trend} from './tools/trend.js'
import {trigger} from './tools/trigger.js'

export const TOOLS: readonly Tool[] = [list, status, analyze, explain, diff, trend, query, trigger]

// The suggested command must work as it is, and lead somewhere: not to the tracer or a class that is used everywhere.
import {beforeAll, expect, it} from 'vitest'
import {type AnalysisReport, report} from '../../../src/lib/analysis/report/report.js'
import {SECTIONS} from '../../../src/lib/analysis/report/sections.js'
import {commandText} from '../../../src/lib/command-line.js'
import {nextAfter, nextAfterFirstPage, nextAfterGrowth} from '../../../src/lib/render/next-after.js'
import {heapOf} from '../../support/heaps.js'
import {suspect} from '../../support/reports.js'

const dump = {name: 'heaps/of shop.json', target: ['--env', '.env']}
let one: AnalysisReport
beforeAll(async () => {
  const {subject} = await heapOf(`
    ROOT vm > Object tracer
    Object CLASS 600 name=Object > Cart String
    String CLASS 500 name=String
    Cart CLASS 500 name=Cart > cart
    cart OBJECT:Cart 40 at=/app/cart.rb:3 gen=3 > line
    line STRING:String 3000 at=/app/cart.rb:9 gen=7
    tracer DATA:Object 900000 struct=ObjectTracing/allocation_info_tracer
  `)
  one = report(subject, {paths: true, top: 10})
})

it('is a complete command after each section', () => {
  for (const section of SECTIONS) {
    const text = commandText(nextAfter(section, dump, one))
    expect(text).toMatch(
      /^heroku heapdump:(explain|analyze) 'heaps\/of shop\.json' ([\w./:]+ )?--env \.env( --\w+ \w+)*$/,
    )
    expect(text).not.toMatch(/\b[A-Z]{4,}\b/)
  }
})

it('is about the app, not about the tracer or core classes', () => {
  const [tracer, ...others] = one.dominators
  expect(tracer.label).toBe('allocation tracer')
  expect(nextAfter('dominators', dump, one)).toContain(others[0].address)
  for (const section of ['largest', 'paths', 'dominators'] as const)
    expect(nextAfter(section, dump, one)).not.toContain(tracer.address)
  expect(nextAfter('classes', dump, one)).toContain('Cart')
  expect(nextAfter('generations', dump, one).slice(-4)).toEqual(['--section', 'sites', '--generation', '7'])
})

it('takes no more room than there is after the first page', () => {
  const {address} = suspect().path[0]
  const commands = (verbose: boolean, room: boolean) =>
    nextAfterFirstPage({...one, suspects: [suspect()]}, dump, {room, verbose}).map(commandText)
  const [explain, verbose, html] = commands(false, true)
  expect([explain, verbose, html]).toEqual([
    `heroku heapdump:explain 'heaps/of shop.json' ${address} --env .env`,
    "heroku heapdump:analyze 'heaps/of shop.json' --env .env --verbose",
    "heroku heapdump:analyze 'heaps/of shop.json' --env .env --html report.html",
  ])
  expect(commands(false, false)).toEqual([explain, verbose])
  expect(commands(true, false)).toEqual([explain, "heroku heapdump:explore 'heaps/of shop.json' --env .env"])
})

it('explains what grew after a comparison: a class by name, anything else by address', () => {
  const {address} = suspect().path[0]
  const after = (...changes: Parameters<typeof suspect>) => commandText(nextAfterGrowth([suspect(...changes)], dump))
  expect(after()).toBe("heroku heapdump:explain 'heaps/of shop.json' IssuesQuery --env .env")
  expect(after({owner: 'VM', ownerAddress: null})).toBe(
    `heroku heapdump:explain 'heaps/of shop.json' ${address} --env .env`,
  )
  expect(commandText(nextAfterGrowth([], dump))).toBe("heroku heapdump:analyze 'heaps/of shop.json' --env .env")
})

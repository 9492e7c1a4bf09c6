import {describe, expect, it} from 'vitest'
import {readRule, type RuleFlags} from '../../../src/lib/cli/rule-flags.js'

const rule = (flags: Partial<RuleFlags>) => readRule({redact: true, ...flags} as RuleFlags)

describe('the rule from flags', () => {
  it.each([
    [{every: '1h'}, {name: 'every-1h', trigger: {every: '1h', type: 'schedule'}}],
    [{every: '90 m'}, {name: 'every-90m', trigger: {every: '90 m', type: 'schedule'}}],
    [{at: '02:00'}, {name: 'at-0200', trigger: {at: '02:00', type: 'schedule'}}],
    [
      {memory: '80%', samples: 5},
      {name: 'memory', trigger: {above: '80%', samples: 5, type: 'memory'}},
    ],
    [
      {growth: '50MB', name: 'leak'},
      {name: 'leak', trigger: {perHour: '50MB', type: 'growth'}},
    ],
    [
      {every: '1d', redact: false},
      {name: 'every-1d', redact: false, trigger: {every: '1d', type: 'schedule'}},
    ],
    [
      {cooldown: '2h', dyno: ['web.1'], memory: '400MB', 'per-day': 3, trace: '5m'},
      {
        dynos: ['web.1'],
        limits: {cooldown: '2h', perDay: 3},
        name: 'memory',
        trace: '5m',
        trigger: {above: '400MB', type: 'memory'},
      },
    ],
  ])('%o', (flags, expected) => {
    expect(rule(flags)).toEqual(expected)
  })

  it.each([
    [{every: '30s'}, '--every'],
    [{every: '59'}, '--every'],
    [{every: '1w'}, '--every'],
    [{at: '25:00'}, '--at'],
    [{growth: 'much'}, '--growth'],
    [{memory: '80 percent'}, '--memory'],
    [{cooldown: '1w', every: '1h'}, '--cooldown'],
    [{every: '1h', trace: '0'}, '--trace'],
    [{every: '1h', name: 'No Name'}, '--name'],
  ])('rejects %o', (flags, named) => {
    expect(() => rule(flags)).toThrow(
      expect.objectContaining({code: 'wrong_use', exit: 2, message: expect.stringContaining(named)}),
    )
  })
})

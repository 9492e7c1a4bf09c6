// Rules lie in the bucket, where an earlier or a later plugin may have written them.
import {expect, it} from 'vitest'
import {deriveKey, encode} from '../../../src/lib/protocol/envelope.js'
import {decodeRules, encodeRules, type Rule, RULES_KEY} from '../../../src/lib/protocol/rules.js'

const key = deriveKey('a secret of 32 characters or more')
const RULES: readonly Rule[] = [
  {name: 'high', trigger: {above: '80%', quotas: {web: 536_870_912}, samples: 3, type: 'memory'}},
  {dynos: ['worker.1'], limits: {cooldown: '1h', perDay: 4}, name: 'grows', trigger: {perHour: '50MB', type: 'growth'}},
  {name: 'nightly', redact: false, trace: '5m', trigger: {at: '02:00', type: 'schedule'}},
  {name: 'hourly', trigger: {every: '1h', type: 'schedule'}},
]

it('reads what was written, and nothing where nobody has written', () => {
  expect(decodeRules(encodeRules({at: 7, rules: RULES}, key), key)).toEqual({at: 7, rules: RULES})
  expect(decodeRules(null, key)).toEqual({at: 0, rules: []})
})

const signed = (fields: object) =>
  encode({at: 7, dyno: '*', id: 'rules', rules: [], type: 'rules', v: 1, ...fields} as never, RULES_KEY, key)
const withRule = (changes: object) => signed({rules: [{...RULES[0], ...changes}]})

it('passes over what a later plugin adds, and does without what an earlier one left out', () => {
  expect(decodeRules(withRule({more: 1}), key).rules).toHaveLength(1)
  expect(decodeRules(signed({at: undefined}), key)).toEqual({at: 0, rules: []})
})

it.each([
  ['no rules', signed({rules: undefined})],
  ['rules that are no list', signed({rules: {}})],
  ['another document', signed({type: 'done'})],
  ['a time that is none', signed({at: 'noon'})],
  ['a rule that is none', signed({rules: [null]})],
  ['a rule without a name', withRule({name: undefined})],
  ['a trigger of another kind', withRule({trigger: {type: 'moon'}})],
  ['a trigger without its size', withRule({trigger: {type: 'memory'}})],
  ['a schedule of two times', withRule({trigger: {at: '02:00', every: '1h', type: 'schedule'}})],
  ['one quota for all', withRule({trigger: {above: '80%', quotas: 1, type: 'memory'}})],
  ['dynos that are none', withRule({dynos: 'web.1'})],
  ['limits of words', withRule({limits: {perDay: 'four'}})],
])('does not take %s for rules', (_, text) => {
  expect(() => decodeRules(text, key)).toThrow(expect.objectContaining({code: 'rules_unreadable'}))
})

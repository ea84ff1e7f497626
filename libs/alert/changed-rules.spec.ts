import { changedRules } from './changed-rules.js'
import { defaultRules } from './rule.js'

const change = (id: string, fields: Record<string, number | boolean | string>) =>
  changedRules(defaultRules, new Map([[id, new Map(Object.entries(fields))]]))

describe('changedRules', () => {
  it('leaves the pack as it is without changes', () => {
    expect(changedRules(defaultRules, new Map())).toEqual({ rules: defaultRules, problems: [] })
  })

  it('changes what is named and nothing else', () => {
    const { rules, problems } = change('throttle-spike', { factor: 5, severity: 'critical', enabled: true })
    expect(problems).toEqual([])
    expect(rules).toEqual([defaultRules[0], { ...defaultRules[1], factor: 5, severity: 'critical' }])
  })

  it('switches a rule off', () => {
    expect(change('server-error-spike', { enabled: false }).rules.map(({ id }) => id)).toEqual(['throttle-spike'])
  })

  const wrong: readonly (readonly [
    sentence: string,
    id: string,
    field: string,
    value: number | boolean | string,
    named: string,
  ])[] = [
    ['a rule that does not exist', 'spike', 'factor', 3, 'id'],
    ['a field that does not exist', 'throttle-spike', 'factr', 3, 'factr'],
    ['a field that every object has', 'throttle-spike', 'constructor', 3, 'constructor'],
    ['a track, which is what the rule is', 'throttle-spike', 'track', 'server_error', 'track'],
    ['a word for a number', 'throttle-spike', 'factor', 'three', 'factor'],
    ['a number out of bounds', 'throttle-spike', 'minimumEffect', 20, 'minimumEffect'],
    ['a window that is no sum of slots', 'throttle-spike', 'shortWindowSeconds', 45, 'shortWindowSeconds'],
  ]
  it.each(wrong)('names %s', (_sentence, id, field, value, named) => {
    const { rules, problems } = change(id, { [field]: value })
    expect(rules).toEqual([])
    expect(problems).toEqual([{ rule: id, field: named, allowed: expect.stringMatching(/\w/) }])
  })
})

import { evaluate } from './evaluate.js'
import { type Held, newHeld } from './held.js'
import { type Transition } from './life.js'
import { defaultRules, type Rule } from './rule.js'
import { type Signal } from './signal.js'
import { contiguousSlots, SLOT_MS, type Slot } from './slot.js'
import { WindowDetector } from './window-detector.js'

const START = Date.UTC(2026, 0, 5, 3)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const rule = defaultRules[0] as Rule
const detector = new WindowDetector()

/** So many seconds of steady traffic: requests per second, of which this share is bad. */
type Segment = readonly [seconds: number, rps: number, badShare: number]

/** The slots of the segments, one after the other; fractions are carried over, so the sums are exact. */
function traffic(segments: readonly Segment[]): Slot[] {
  const slots: Slot[] = []
  let total = 0
  let bad = 0
  for (const [seconds, rps, share] of segments) {
    for (let s = 0; s < seconds; s += 10) {
      total += rps * 10
      const whole = Math.floor(total + 1e-9)
      bad += whole * share
      const wholeBad = Math.min(whole, Math.floor(bad + 1e-9))
      slots.push({ startMs: START + slots.length * SLOT_MS, bad: wholeBad, total: whole })
      total -= whole
      bad -= wholeBad
    }
  }
  return slots
}

const signalAt = (slots: readonly Slot[], ms: number, silentSinceMs: number | null = null): Signal => ({
  service: 'checkout',
  track: rule.track,
  slots: contiguousSlots(
    slots.filter((slot) => slot.startMs < ms),
    ms - 10 * MINUTE,
    ms,
  ),
  watermarkMs: ms,
  silentSinceMs,
})

interface Run {
  held: Held
  transitions: Transition[]
}

/** Looks at the traffic every `everyMs` until `untilMs`; silence begins where the slots end. */
function watch(slots: readonly Slot[], everyMs = SLOT_MS, untilMs?: number): Run {
  const run: Run = { held: newHeld(rule, 'checkout'), transitions: [] }
  const endMs = START + slots.length * SLOT_MS
  for (let now = START + everyMs; now <= (untilMs ?? endMs); now += everyMs) {
    const signal = now <= endMs ? signalAt(slots, now) : { ...signalAt(slots, endMs), silentSinceMs: endMs }
    const { held, transitions } = evaluate(detector, rule, signal, run.held, now)
    run.held = JSON.parse(JSON.stringify(held)) as Held
    run.transitions.push(...transitions)
  }
  return run
}

const reasons = (run: Run): string[] => run.transitions.map((transition) => transition.reason)
const fired = (run: Run): Transition[] =>
  run.transitions.filter((transition) => transition.to === 'firing' && transition.from !== 'stale')
const secondsAfter = (ms: number, fromMs: number): number => (ms - fromMs) / 1000

const CALM: Segment = [1800, 50, 0.001]

describe('what is no alert', () => {
  const quiet: readonly (readonly [sentence: string, segments: readonly Segment[]])[] = [
    ['steady traffic with 0.1 % errors', [[3600, 50, 0.001]]],
    ['a night with one request every 40 seconds, and all of them fail', [CALM, [3600, 0.025, 1]]],
    ['three requests at night, all failed', [CALM, [600, 0, 0], [30, 0.1, 1], [1200, 0, 0]]],
    ['one slot in which everything fails', [CALM, [10, 50, 1], [900, 50, 0.001]]],
    [
      'one such slot every five minutes',
      [CALM, [10, 50, 1], [290, 50, 0], [10, 50, 1], [290, 50, 0], [10, 50, 1], [290, 50, 0]],
    ],
    ['two slots with a third of failures', [CALM, [20, 50, 0.3], [900, 50, 0.001]]],
    ['forty seconds of five percent, a trifle in five minutes', [CALM, [40, 50, 0.05], [900, 50, 0.001]]],
    ['ten times the errors, still below two percent', [CALM, [1800, 50, 0.01]]],
    ['a new service that fails 5 % of the time from its first second', [[3600, 50, 0.05]]],
    [
      'a service whose normal is 5 %, at 8 %',
      [
        [7200, 50, 0.05],
        [1800, 50, 0.08],
      ],
    ],
    ['traffic that stops', [CALM, [1800, 0, 0]]],
    ['ten times the traffic at the same rate', [CALM, [1800, 500, 0.001]]],
  ]
  it.each(quiet)('%s', (_sentence, segments) => {
    expect(fired(watch(traffic([[600, 0, 0], ...segments])))).toEqual([])
  })
})

describe('what is an alert, and how soon', () => {
  const loud: readonly (readonly [
    sentence: string,
    before: Segment,
    trouble: Segment,
    withinSeconds: readonly [number, number],
  ])[] = [
    ['20 % errors from 0.1 %', CALM, [600, 50, 0.2], [30, 80]],
    ['everything fails', CALM, [600, 50, 1], [30, 60]],
    ['5 % errors from 0.1 %', CALM, [600, 50, 0.05], [60, 120]],
    ['half of 1.5 requests a second', [1800, 1.5, 0.001], [600, 1.5, 0.5], [30, 80]],
    ['everything fails at one request in three seconds', [1800, 0.33, 0], [900, 0.33, 1], [40, 120]],
    ['a service whose normal is 5 %, at 40 %', [7200, 50, 0.05], [600, 50, 0.4], [40, 130]],
    ['a new service, seen for a minute, that then fails half of the time', [60, 20, 0], [600, 20, 0.5], [30, 80]],
  ]
  it.each(loud)('%s', (_sentence, before, trouble, [earliest, latest]) => {
    const slots = traffic([[600, 0, 0], before, trouble])
    const troubleMs = START + (600 + before[0]) * 1000
    const alerts = fired(watch(slots))
    const seconds = alerts.map((alert) => secondsAfter(alert.atMs, troubleMs))
    expect(seconds).toEqual([expect.any(Number)])
    expect(seconds[0]).toBeGreaterThanOrEqual(earliest)
    expect(seconds[0]).toBeLessThanOrEqual(latest)
  })

  it('tells the counts of its window and what would be normal', () => {
    const [alert] = fired(watch(traffic([[600, 0, 0], CALM, [600, 50, 0.2]])))
    expect(alert?.verdict).toMatchObject({ state: 'breach', total: 3000, windowSeconds: 60 })
    expect(alert?.verdict?.rate).toBeCloseTo((alert?.verdict?.bad ?? 0) / 3000)
    expect(alert?.verdict?.normalUpTo).toBeLessThan(0.03)
  })
})

describe('the end of an alert', () => {
  const incident: Segment[] = [[600, 0, 0], CALM, [600, 50, 0.2]]
  const endMs = START + (600 + 1800 + 600) * 1000

  it('comes when traffic is normal for a while, within five minutes', () => {
    const run = watch(traffic([...incident, [900, 50, 0.001]]))
    expect(reasons(run)).toEqual(['breach', 'first', 'recovered'])
    const seconds = secondsAfter(run.transitions[2]?.atMs ?? 0, endMs)
    expect(seconds).toBeGreaterThanOrEqual(120)
    expect(seconds).toBeLessThanOrEqual(300)
  })

  it('does not come while errors are halved but far from normal', () => {
    expect(reasons(watch(traffic([...incident, [3600, 50, 0.1]])))).toEqual(['breach', 'first'])
  })

  it('does not come from one good request before silence', () => {
    const run = watch(traffic([...incident, [10, 0.1, 0], [1500, 0, 0]]))
    expect(reasons(run)).toEqual(['breach', 'first'])
  })

  it('does not come from fewer good requests than a handful', () => {
    const fewGood = Array.from({ length: 4 }, (): Segment[] => [
      [10, 0.1, 0],
      [50, 0, 0],
    ]).flat()
    const run = watch(traffic([...incident, [60, 0, 0], ...fewGood, [600, 0, 0]]))
    expect(reasons(run)).toEqual(['breach', 'first'])
  })

  it('comes after a handful of good requests where traffic is low', () => {
    const run = watch(
      traffic([
        [600, 0, 0],
        [1800, 0.4, 0],
        [900, 0.4, 1],
        [600, 0.4, 0],
      ]),
    )
    expect(reasons(run)).toEqual(['breach', 'first', 'recovered'])
  })

  it('comes as new normal after twelve hours, and the new level is quiet then', () => {
    const run = watch(traffic([...incident, [13 * 3600, 50, 0.2]]), MINUTE)
    expect(reasons(run)).toEqual(['breach', 'first', 'new_normal'])
  })

  it('teaches nothing: a second incident like the first fires as well', () => {
    const again = watch(traffic([...incident, [1800, 50, 0.001], [600, 50, 0.2], [900, 50, 0.001]]))
    expect(reasons(again)).toEqual(['breach', 'first', 'recovered', 'breach', 'first', 'recovered'])
    const [first, second] = fired(again)
    expect(second?.alertId).not.toBe(first?.alertId)
    expect(second?.verdict?.normalUpTo).toBeCloseTo(first?.verdict?.normalUpTo ?? 0, 4)
  })
})

describe('an alert that comes back within ten minutes', () => {
  const flapping = traffic([[600, 0, 0], CALM, [300, 50, 0.2], [420, 50, 0], [300, 50, 0.2], [1200, 50, 0]])

  it('is the same alert in its second episode', () => {
    const run = watch(flapping)
    expect(reasons(run)).toEqual(['breach', 'first', 'recovered', 'reopened', 'recovered'])
    expect(new Set(run.transitions.map((transition) => transition.alertId)).size).toBe(1)
    expect(fired(run).map((transition) => transition.episode)).toEqual([1, 2])
  })

  it('has to be calm for twice as long the second time', () => {
    const [, , , again, end] = watch(flapping).transitions
    const [, , end1] = watch(flapping).transitions
    const firstEnd = (end1?.atMs ?? 0) - (START + (600 + 1800 + 300) * 1000)
    const secondEnd = (end?.atMs ?? 0) - (START + (600 + 1800 + 300 + 420 + 300) * 1000)
    expect(again?.reason).toBe('reopened')
    expect(secondEnd - firstEnd).toBe(120_000)
  })
})

describe('silence', () => {
  const incident = traffic([[600, 0, 0], CALM, [300, 50, 0.2]])
  const silentMs = START + incident.length * SLOT_MS

  it('makes a firing alert stale after half an hour, and puts it away after six, never resolved', () => {
    const run = watch(incident, MINUTE, silentMs + 7 * HOUR)
    expect(reasons(run)).toEqual(['breach', 'first', 'stale', 'expired_without_data'])
    expect(run.transitions.slice(2).map(({ from, to }) => [from, to])).toEqual([
      ['firing', 'stale'],
      ['stale', 'stale'],
    ])
    expect(run.transitions.slice(2).map(({ atMs }) => atMs - silentMs)).toEqual([30 * MINUTE, 6 * HOUR])
    expect(run.held.life).toEqual({ state: 'inactive', last: null })
  })

  it('of one service is measured against the other traffic of its source', () => {
    const quiet = [...incident, ...contiguousSlots([], silentMs, silentMs + 40 * MINUTE)]
    expect(reasons(watch(quiet))).toEqual(['breach', 'first', 'stale'])
  })

  const returns: readonly (readonly [sentence: string, badShare: number, expected: readonly string[]])[] = [
    ['firing again when the data that returns is bad', 0.2, ['data_returned']],
    ['firing, then recovered, when the data that returns is good', 0, ['data_returned', 'recovered']],
  ]
  it.each(returns)('ends: %s', (_sentence, share, expected) => {
    const quiet = contiguousSlots([], silentMs, silentMs + 40 * MINUTE)
    const back = traffic([[1200, 50, share]]).map((slot) => ({
      ...slot,
      startMs: slot.startMs - START + silentMs + 40 * MINUTE,
    }))
    const run = watch([...incident, ...quiet, ...back])
    expect(reasons(run)).toEqual(['breach', 'first', 'stale', ...expected])
    expect(fired(run)).toHaveLength(1)
  })
})

describe('the same traffic', () => {
  const slots = traffic([[600, 0, 0], CALM, [300, 50, 0.2], [420, 50, 0], [300, 50, 0.2], [1200, 50, 0]])

  it('gives the same alerts however often it is looked at', () => {
    expect(watch(slots, MINUTE).transitions).toEqual(watch(slots).transitions)
    expect(watch(slots, 4 * MINUTE).transitions).toEqual(watch(slots).transitions)
  })

  it('gives nothing new when it is looked at again', () => {
    const { held } = watch(slots)
    const nowMs = START + slots.length * SLOT_MS
    const again = evaluate(detector, rule, signalAt(slots, nowMs), held, nowMs)
    expect(again.transitions).toEqual([])
    expect(again.held).toEqual(held)
  })

  it('is not judged past the watermark, nor past the present', () => {
    const nowMs = START + (600 + 1800 + 300) * 1000
    const early = { ...signalAt(slots, nowMs), watermarkMs: nowMs - 4 * MINUTE }
    const held = newHeld(rule, 'checkout')
    expect(evaluate(detector, rule, early, held, nowMs).held.evaluatedToMs).toBe(nowMs - 4 * MINUTE)
    const late = evaluate(detector, rule, { ...early, watermarkMs: nowMs }, held, nowMs - 3 * MINUTE)
    expect(late.held.evaluatedToMs).toBe(nowMs - 3 * MINUTE)
  })

  it('is not judged where only a part of the long window can be seen', () => {
    const cut = traffic([
      [60, 50, 1],
      [540, 50, 0],
    ])
    const nowMs = START + 10 * MINUTE
    expect(evaluate(detector, rule, signalAt(cut, nowMs), newHeld(rule, 'checkout'), nowMs).transitions).toEqual([])
  })

  it('is judged afresh when the memory is of another detector, or unreadable', () => {
    const { held } = watch(slots)
    const nowMs = START + slots.length * SLOT_MS
    for (const strange of [
      { ...held, detector: 'other' },
      { ...held, memory: { bad: 'x', total: -1 } },
      { ...held, memory: 7 },
    ]) {
      const before = { ...strange, evaluatedToMs: nowMs - MINUTE }
      expect(evaluate(detector, rule, signalAt(slots, nowMs), before, nowMs).verdict?.normalUpTo).toBeCloseTo(
        0.1 * (55 / 60),
        6,
      )
    }
  })
})

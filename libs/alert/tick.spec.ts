import { setImmediate as nextTurn } from 'node:timers/promises'
import { AlertBook, type BookEntry, type SaveResult } from './book.js'
import { type EvidenceParts, EvidenceReader } from './evidence.js'
import { type Held } from './held.js'
import { type Notice } from './notice.js'
import { defaultRules } from './rule.js'
import { type Signal, SignalReader } from './signal.js'
import { contiguousSlots, SLOT_MS, type Slot } from './slot.js'
import { tick, type TickPorts, type TickReport } from './tick.js'
import { type Track } from './track.js'
import { WindowDetector } from './window-detector.js'

const START = Date.UTC(2026, 0, 5, 3)
const MINUTE = 60_000

/** One response mix per ten seconds: everything else succeeded. */
interface Mix {
  readonly total: number
  readonly failed: number
  readonly throttled: number
}

const calm: Mix = { total: 500, failed: 0, throttled: 1 }
const broken: Mix = { total: 500, failed: 150, throttled: 1 }
const flood: Mix = { total: 5000, failed: 0, throttled: 4500 }
const repeat = (mix: Mix, minutes: number): Mix[] => Array.from({ length: minutes * 6 }, () => mix)

class World extends SignalReader {
  /** The service's name, and whether its source still exists. */
  known = true

  constructor(
    private readonly mixes: readonly Mix[],
    private readonly service = 'checkout',
  ) {
    super()
  }

  read(now: number): Promise<Signal[]> {
    if (!this.known) return Promise.resolve([])
    return Promise.resolve([this.signal('server_error', now), this.signal('throttled', now)])
  }

  private signal(track: Track, now: number): Signal {
    const slots = this.mixes.map((mix, i): Slot => {
      const startMs = START + i * SLOT_MS
      if (track === 'throttled') return { startMs, bad: mix.throttled, total: mix.total }
      return { startMs, bad: mix.failed, total: mix.total - mix.throttled }
    })
    const window = contiguousSlots(
      slots.filter((slot) => slot.startMs < now),
      now - 10 * MINUTE,
      now,
    )
    return { service: this.service, track, slots: window, watermarkMs: now, silentSinceMs: null }
  }
}

/** Keeps everything in memory, as JSON, and can lose its lease or break. */
class MemoryBook extends AlertBook {
  held = new Map<string, string>()
  entries: BookEntry[] = []
  next: SaveResult | Error = 'saved'

  load(): Promise<Held[]> {
    return Promise.resolve([...this.held.values()].map((text) => JSON.parse(text) as Held))
  }

  save(entry: BookEntry): Promise<SaveResult> {
    if (this.next instanceof Error) return Promise.reject(this.next)
    if (this.next === 'fenced') return Promise.resolve('fenced')
    for (const held of entry.dropped) this.held.delete(keyOf(held))
    for (const held of entry.held) this.held.set(keyOf(held), JSON.stringify(held))
    this.entries.push(entry)
    return Promise.resolve('saved')
  }

  get notices(): Notice[] {
    return this.entries.flatMap((entry) => entry.notices)
  }

  get decisions(): string[] {
    return this.entries.flatMap((entry) =>
      entry.changes.map(({ track, transition, decision }) => `${track} ${transition.reason}: ${decision.reason}`),
    )
  }
}

const keyOf = (held: Held): string => `${held.rule.id} ${held.service}`

class FixedEvidence extends EvidenceReader {
  asked: [string, Track, number, number][] = []
  broken = false

  read(...asked: [string, Track, number, number]): Promise<EvidenceParts> {
    this.asked.push(asked)
    if (this.broken) return Promise.reject(new Error('timeout'))
    const top = [{ gateway: 'edge', route: '/pay', code: 502, bad: 900, total: 3000 }]
    const slots = [
      { startMs: START, bad: 1, total: 10 },
      { startMs: START + SLOT_MS, bad: 2, total: 20 },
      { startMs: START + MINUTE, bad: 3, total: 30 },
    ]
    return Promise.resolve({ slots, top, samples: [] })
  }
}

function setUp(mixes: readonly Mix[], service?: string) {
  const world = new World(mixes, service)
  const book = new MemoryBook()
  const evidence = new FixedEvidence()
  const ports: TickPorts = { signals: world, evidence, book, detector: new WindowDetector(), channels: ['ops'] }
  return { world, book, evidence, ports }
}

async function run(
  ports: TickPorts,
  fromMinute: number,
  toMinute: number,
  rules = defaultRules,
): Promise<TickReport[]> {
  const reports: TickReport[] = []
  for (let now = START + fromMinute * MINUTE; now <= START + toMinute * MINUTE; now += SLOT_MS) {
    reports.push(await tick(ports, rules, now))
  }
  return reports
}

const incident = [...repeat(calm, 20), ...repeat(broken, 5), ...repeat(calm, 15)]

describe('tick', () => {
  it('tells each channel once that an alert fires and once that it is over', async () => {
    const { book, ports } = setUp(incident)
    await run({ ...ports, channels: ['ops', 'log'] }, 0, 40)
    expect(book.notices.map(({ channel, kind }) => `${channel} ${kind}`)).toEqual([
      'ops firing',
      'log firing',
      'ops resolved',
      'log resolved',
    ])
    expect(new Set(book.notices.map(({ dedupKey }) => dedupKey)).size).toBe(2)
  })

  it('gives a flood of 429 to the throttle track only', async () => {
    const { book, ports } = setUp([...repeat(calm, 20), ...repeat(flood, 5), ...repeat(calm, 10)])
    await run(ports, 0, 35)
    expect(book.decisions).toEqual([
      'throttled breach: pending',
      'throttled first: first',
      'throttled recovered: recovered',
    ])
  })

  it('lets no flood of 429 hide server errors', async () => {
    const both: Mix = { total: 5000, failed: 150, throttled: 4500 }
    const { book, ports } = setUp([...repeat(calm, 20), ...repeat(both, 5)])
    await run(ports, 0, 25)
    expect(book.decisions.filter((decision) => decision.endsWith('first: first'))).toHaveLength(2)
  })

  it('explains the alert with numbers, the worst place, and the hour before', async () => {
    const { book, evidence, ports } = setUp(incident)
    await run(ports, 0, 25)
    const fired = book.entries.flatMap((entry) => entry.changes).find((change) => change.transition.to === 'firing')
    const { bad, total } = fired?.evidence ?? { bad: 0, total: 0 }
    const rate = Number(((bad / total) * 100).toFixed(1))
    expect(fired?.summary).toBe(
      `checkout: ${bad} of ${total} requests failed with a server error in 60 s (${rate} %); normal is up to 2 %; most often 502 on /pay through edge (900).`,
    )
    expect(fired?.evidence).toMatchObject({ rate: bad / total, windowSeconds: 60, ruleVersion: 1 })
    expect(fired?.evidence?.curve).toEqual([
      { atMs: START, bad: 3, total: 30 },
      { atMs: START + MINUTE, bad: 3, total: 30 },
    ])
    const atMs = fired?.transition.atMs ?? 0
    expect(evidence.asked).toEqual([['checkout', 'server_error', atMs - MINUTE, atMs]])
  })

  it('fires with its numbers alone when the evidence cannot be read, and counts that', async () => {
    const { book, evidence, ports } = setUp(incident)
    evidence.broken = true
    const reports = await run(ports, 0, 25)
    expect(book.notices.map(({ kind }) => kind)).toEqual(['firing'])
    expect(book.notices[0]?.body.alert.evidence).toMatchObject({ top: [], samples: [], windowSeconds: 60 })
    expect(reports.reduce((sum, report) => sum + report.evidenceFailures, 0)).toBe(1)
  })

  it('leaves no control characters of a service name in the sentence', async () => {
    const { book, ports } = setUp(incident, 'a\n\u001b[31mb\u202e')
    await run(ports, 0, 25)
    expect(book.notices[0]?.body.summary).toMatch(/^a {2}\[31mb : /)
  })

  it('writes the same where others have their turn between two services', async () => {
    const calm40 = repeat(calm, 40)
    const worlds = [
      incident,
      calm40,
      [...repeat(calm, 20), ...repeat(flood, 5), ...repeat(calm, 15)],
      [...repeat(broken, 5), ...calm40],
    ].map((mixes, i) => new World(mixes, `service-${i}`))
    const signals = new (class extends SignalReader {
      read = async (now: number) => (await Promise.all(worlds.map((world) => world.read(now)))).flat()
    })()
    const whole = setUp([])
    const wholeReports = await run({ ...whole.ports, signals }, 0, 40)
    const sliced = setUp([])
    let turns = 0
    const turn = async () => {
      turns += 1
      await nextTurn()
    }
    const slicedReports = await run({ ...sliced.ports, signals, turn }, 0, 40)
    expect(slicedReports).toEqual(wholeReports)
    expect(sliced.book.entries).toEqual(whole.book.entries)
    expect([...sliced.book.held]).toEqual([...whole.book.held])
    expect(whole.book.notices.length).toBeGreaterThan(3)
    expect(turns).toBeGreaterThanOrEqual(240 * worlds.length * defaultRules.length)
  })

  it('writes the same after a save that failed, and nothing twice', async () => {
    const whole = setUp(incident)
    await run(whole.ports, 0, 40)
    const broken = setUp(incident)
    for (let minute = 0; minute < 40; minute += 1) {
      broken.book.next = minute % 2 === 0 ? new Error('connection lost') : 'saved'
      if (minute % 2 === 0) await expect(run(broken.ports, minute, minute)).rejects.toThrow('connection lost')
      else await run(broken.ports, minute, minute)
    }
    await run(broken.ports, 40, 40)
    expect(broken.book.notices.map(({ dedupKey, atMs }) => [dedupKey, atMs])).toEqual(
      whole.book.notices.map(({ dedupKey, atMs }) => [dedupKey, atMs]),
    )
  })

  it('reports that it was fenced, and goes on from what is stored', async () => {
    const { book, ports } = setUp(incident)
    await run(ports, 0, 20)
    book.next = 'fenced'
    const fenced = await run(ports, 20, 23)
    expect(fenced.some(({ result }) => result === 'fenced')).toBe(true)
    expect(book.notices).toEqual([])
    book.next = 'saved'
    await run(ports, 23, 24)
    expect(book.notices.map(({ kind }) => kind)).toEqual(['firing'])
  })

  it('does not write every ten seconds when nothing happens', async () => {
    const { book, ports } = setUp(repeat(calm, 30))
    await run(ports, 0, 30)
    expect(book.entries.length).toBeLessThanOrEqual(31)
  })

  it('tells nobody about a spike that is over when it is first seen, but keeps it', async () => {
    const { book, ports } = setUp([...repeat(calm, 20), ...repeat(broken, 2), ...repeat(calm, 15)])
    await run(ports, 0, 20)
    await tick(ports, defaultRules, START + 25.5 * MINUTE)
    expect(book.decisions).toEqual([
      'server_error breach: pending',
      'server_error first: overtaken',
      'server_error recovered: never_announced',
    ])
    expect(book.notices).toEqual([])
  })

  it('is quiet under a silence, also about the end', async () => {
    const { book, ports } = setUp(incident)
    await run({ ...ports, silenced: (service) => service === 'checkout' }, 0, 40)
    expect(book.decisions).toEqual([
      'server_error breach: pending',
      'server_error first: silenced',
      'server_error recovered: never_announced',
    ])
  })

  it('turns an open alert stale when its service is no longer known at all, and tells nobody', async () => {
    const { world, book, ports } = setUp(incident)
    await run(ports, 0, 23)
    world.known = false
    await run(ports, 53, 53)
    await run(ports, 23 + 6 * 60, 23 + 6 * 60)
    expect(book.decisions.slice(2)).toEqual([
      'server_error stale: stale',
      'server_error expired_without_data: expired_without_data',
    ])
    expect(book.notices.map(({ kind }) => kind)).toEqual(['firing'])
  })

  it('closes the alerts of a rule that was removed, tells who heard of them, and forgets it', async () => {
    const { book, ports } = setUp(incident)
    await run(ports, 0, 23)
    await run(ports, 23.5, 23.5, [])
    expect(book.notices.map(({ kind, body }) => `${kind} ${body.reason}`)).toEqual([
      'firing first',
      'resolved rule_removed',
    ])
    expect(book.held.size).toBe(0)
  })
})

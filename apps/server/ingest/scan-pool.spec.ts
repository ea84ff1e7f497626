import { Catalog } from '#catalog'
import { BatchTally } from '#delta'
import { ownFormats, routeWriter } from '#event'
import type { SourceSettings } from '#platform'
import { LabelTables } from './label-tables.js'
import { ScanPool } from './scan-pool.js'

function poolOf(sources: Readonly<Record<string, SourceSettings>>, keptBytes = 32 << 20): ScanPool {
  return new ScanPool({
    catalog: new Catalog(),
    tables: new LabelTables(10),
    sources: new Map(Object.entries(sources)),
    formats: ownFormats(new Map([['edge', { nginx: '$status $request_uri' }]])).formats,
    maxRecordBytes: 1_000,
    consumerSalt: '',
    replayLateMs: 1e12,
    routeWriter,
    keptBytes,
  })
}

/** What one body of a source came to: its ledger and the requests that its events stand for. */
function scanned(pool: ScanPool, source: string, body: string, format: string | null = null) {
  const scan = pool.begin({ source, format, arrivedAtMs: Date.UTC(2026, 10, 22, 23, 21), replayed: false })
  scan.push(new TextEncoder().encode(body))
  scan.end()
  const { accepted, rejectedBy } = scan.ledger
  const { tally } = scan.seal(null, null)
  if (!(tally instanceof BatchTally)) throw new Error('no tally')
  const { cells } = tally.part()
  const requests = cells.count.subarray(0, cells.length).reduce((sum, count) => sum + count, 0)
  scan.release()
  return { accepted, rejectedBy, requests }
}

const services = (count: number): string =>
  Array.from({ length: count }, (_, n) => `{"status":200,"service":"s${n}"}`).join('\n')

describe('ScanPool', () => {
  it('reads a format of the operator by the settings of a source, and by request', () => {
    const pool = poolOf({ a: { format: 'edge' } })
    expect(pool.formats).toContain('edge')
    expect(scanned(pool, 'a', '200 /x\n').accepted).toBe(1)
    expect(scanned(pool, 'b', '200 /x\n', 'edge').accepted).toBe(1)
    expect(scanned(pool, 'b', '200 /x\n').rejectedBy).toEqual({ unreadable: 1 })
  })

  it('never lends the reader of one sampling rate to another source', () => {
    const pool = poolOf({ tenth: { sampleRate: 0.1 }, half: { sampleRate: 0.5 } })
    const body = '{"status":200}\n{"status":200}\n'
    for (const [source, requests] of [
      ['tenth', 20],
      ['all', 2],
      ['half', 4],
      ['tenth', 20],
      ['all', 2],
    ] as const)
      expect([source, scanned(pool, source, body).requests]).toEqual([source, requests])
  })

  it('reuses its readers, as many as find room, and none that has grown to more than its share', () => {
    const pool = poolOf({}, 4 << 20)
    /** How many of so many at a time read with what was kept from the round before. */
    const reused = (bodies: number, body: string): number => {
      const round = (): unknown[] => {
        const scans = Array.from({ length: bodies }, () =>
          pool.begin({ source: 'a', format: null, arrivedAtMs: 0, replayed: false }),
        )
        const tallies = scans.map((scan) => {
          scan.push(new TextEncoder().encode(body))
          scan.end()
          return scan.seal(null, null).tally
        })
        for (const scan of scans) scan.release()
        return tallies
      }
      const before = new Set(round())
      return round().filter((tally) => before.has(tally)).length
    }
    expect([reused(5, services(300)), reused(5, services(1_900))]).toEqual([5, 0])
    const small = reused(100, '{"status":200}')
    expect(reused(20, '{"status":200}')).toBe(20)
    expect([small > 30, small < 100]).toEqual([true, true])
  })
})

import * as fc from 'fast-check'
import { routeWriter } from '#event'
import { LabelTable, OTHER_LABEL } from './label-table.js'
import { verbatim } from './testing/specimen.js'

const routeOf = (table: LabelTable, service: number, path: string, writeRoute = routeWriter([])): string => {
  const bytes = Buffer.from(`xx${path}`)
  return table.text(table.routeOfPath(service, bytes, 2, bytes.length, writeRoute))
}

describe('the memory of paths', () => {
  it('answers what the templates answer, however often a path comes', () => {
    const table = new LabelTable('edge', 0)
    for (let round = 0; round < 3000; round++) routeOf(table, 5, '/warm')
    const path = fc.oneof(fc.constantFrom('/a', '/a/1', '/b', '/healthz', `/${'long/'.repeat(20)}`), fc.webPath())
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(5, 6), path), { minLength: 1 }), (calls) => {
        for (const [service, text] of calls) {
          if (text === '') continue
          expect(routeOf(table, service, text)).toBe(routeOf(new LabelTable('edge', 0), service, text))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('calls the templates once for a path that stays, and anew when they change', () => {
    const table = new LabelTable('edge', 0)
    let calls = 0
    const counting: typeof verbatim = (...path) => {
      calls++
      return verbatim(...path)
    }
    for (let round = 0; round < 10_000; round++) routeOf(table, 5, '/plain', counting)
    expect(calls).toBeLessThan(2010)
    expect(routeOf(table, 5, '/plain/17')).toBe('/plain/{id}')
    expect(routeOf(table, 5, '/plain/17', verbatim)).toBe('/plain/17')
  })

  it('remembers a budget as it was met', () => {
    const table = new LabelTable('edge', 0, { gateways: 1, services: 1, routesPerService: 1, labels: 9 })
    for (let round = 0; round < 3000; round++) routeOf(table, 5, '/first')
    for (let round = 0; round < 9; round++) expect(routeOf(table, 5, '/second')).toBe(table.text(OTHER_LABEL))
  })
})

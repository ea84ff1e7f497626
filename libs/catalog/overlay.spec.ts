import { Catalog } from './catalog.js'
import { overlaysFrom } from './overlay.js'

describe('overlays from the configuration', () => {
  it('are one for all sources and one for each named source', () => {
    const codes = [
      { code: 430, name: 'Slow Down', outcome: 'throttled' },
      { code: 503, name: 'Drained', owner: 'gateway', source: 'edge' },
      { code: 777, name: 'Tea Time', source: undefined },
      { code: 404, name: 'Gone Fishing', source: 'edge' },
    ] as const
    expect(overlaysFrom(codes)).toEqual([
      {
        name: 'configured',
        codes: [
          { code: 430, name: 'Slow Down', outcome: 'throttled' },
          { code: 777, name: 'Tea Time' },
        ],
      },
      {
        name: 'edge',
        source: 'edge',
        codes: [
          { code: 503, name: 'Drained', owner: 'gateway' },
          { code: 404, name: 'Gone Fishing' },
        ],
      },
    ])
  })

  it('keep what the catalogue says where a field was left undefined', () => {
    const catalog = new Catalog(
      overlaysFrom([{ code: 503, name: 'Drained', owner: undefined, description: undefined }]),
    )
    const { description, owner, retryable } = new Catalog().get(503) ?? {}
    expect(catalog.get(503)).toMatchObject({ name: 'Drained', source: 'configured', description, owner, retryable })
  })

  it('of a source that is called like a vendor leave the vendor to the other sources', () => {
    const catalog = new Catalog(overlaysFrom([{ code: 499, outcome: 'server_error', source: 'nginx' }]))
    expect(catalog.get(499, 'nginx')).toMatchObject({ outcome: 'server_error', source: 'nginx' })
    expect(catalog.get(499)?.outcome).toBe('client_closed')
    expect(catalog.list({ source: 'nginx' }).map((entry) => entry.code)).toEqual([444, 494, 495, 496, 497, 498, 499])
  })
})

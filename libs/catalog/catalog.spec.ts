import { builtInOutcomes, builtInOwners } from './classification.js'
import { Catalog } from './catalog.js'
import { ianaCodes } from './iana-codes.js'
import { vendorCodes } from './vendor-codes.js'
import { OUTCOME_INDEX, OUTCOMES, OWNER_INDEX, OWNERS, STATUS_CLASSES } from './vocabulary.js'

const REGISTERED = [
  [100, 101, 102, 103, 104],
  [200, 201, 202, 203, 204, 205, 206, 207, 208, 226],
  [300, 301, 302, 303, 304, 305, 306, 307, 308],
  [400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418],
  [421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
  [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
].flat()

const VENDOR_CODES: readonly (readonly [string, readonly number[]])[] = [
  ['nginx', [444, 494, 495, 496, 497, 498, 499]],
  ['cloudflare', [0, 520, 521, 522, 523, 524, 525, 526, 527, 530]],
  ['aws_alb', [0, 460, 463, 464, 561]],
  ['iis', [440, 449, 451]],
  ['envoy', [0]],
  ['caddy', [0]],
  ['cloudfront', [0]],
  ['gcp_lb', [0]],
  ['haproxy', [-1]],
  ['apache', [218]],
  ['graphql_over_http', [294]],
  ['laravel', [419]],
  ['twitter', [420]],
  ['shopify', [430]],
  ['esri', [498, 499]],
  ['apollo_router', [499]],
  ['grpc', [499]],
  ['cpanel', [509]],
  ['qualys', [529]],
  ['pantheon', [530]],
  ['proxy', [598, 599]],
  ['linkedin', [999]],
]

describe('the catalogue', () => {
  const catalog = new Catalog()

  it('holds the 64 registered codes', () => {
    expect(catalog.list({ source: 'iana' }).map((entry) => entry.code)).toEqual(REGISTERED)
    expect(REGISTERED).toHaveLength(64)
  })

  it('keeps the names of the registry beside the documented ones', () => {
    expect(catalog.get(413)).toMatchObject({ name: 'Payload Too Large', source: 'documented' })
    expect(catalog.get(413, 'iana')).toMatchObject({ name: 'Content Too Large', source: 'iana' })
    expect(catalog.get(422)?.name).toBe('Unprocessable Entity')
    expect(catalog.get(422, 'iana')?.name).toBe('Unprocessable Content')
  })

  it.each(VENDOR_CODES)('knows the codes of %s', (source, codes) => {
    expect(catalog.list({ source }).map((entry) => entry.code)).toEqual(codes)
    for (const code of codes) expect(catalog.get(code, source)).toMatchObject({ code, source })
  })

  it('knows no vendor that this table leaves out', () => {
    expect([...new Set(vendorCodes.map((entry) => entry.source))].sort()).toEqual(
      VENDOR_CODES.map(([name]) => name).sort(),
    )
  })

  it.each([
    [499, 'nginx', 'client_closed'],
    [498, 'nginx', 'client_error'],
    [451, 'iana', 'client_error'],
    [530, 'cloudflare', 'server_error'],
    [0, 'envoy', 'unknown'],
    [600, 'fastly', 'unknown'],
    [998, 'fastly', 'unknown'],
    [999, 'linkedin', 'unknown'],
  ])('answers for %i with the meaning of widest reach, %s', (code, source, outcome) => {
    expect(catalog.get(code)).toMatchObject({ code, source, outcome })
  })

  it.each([432, 599.5, 700, 899, 1000, -2, Number.NaN])('describes no code %d', (code) => {
    expect(catalog.get(code)).toBeUndefined()
  })

  it('leaves no field of any entry empty', () => {
    const entries = [
      ...ianaCodes,
      ...vendorCodes,
      ...catalog.list(),
      ...[600, 699, 900].flatMap((code) => catalog.get(code) ?? []),
    ]
    for (const entry of entries) {
      for (const text of [entry.description, entry.whenToUse, entry.example]) expect(text).toMatch(/^[A-Z].{3,}\.$/)
      expect(entry.name).not.toBe('')
      expect(STATUS_CLASSES).toContain(entry.class)
      expect(OUTCOMES).toContain(entry.outcome)
      expect(OWNERS).toContain(entry.owner)
    }
  })

  it('lists one entry for each code, by code', () => {
    const codes = catalog.list().map((entry) => entry.code)
    expect(codes).toEqual([...new Set(codes)].toSorted((a, b) => a - b))
    expect(codes).toEqual(expect.arrayContaining([...REGISTERED, 499, 520, 999]))
  })

  it('lists by class, and by source and class', () => {
    expect(catalog.list({ class: 'redirection' }).map((entry) => entry.code)).toEqual([
      300, 301, 302, 303, 304, 305, 306, 307, 308,
    ])
    expect(catalog.list({ class: 'server_error', source: 'documented' }).map((entry) => entry.code)).toEqual([
      500, 501, 502, 503, 504,
    ])
  })

  it('shares the built-in tables where nothing is overlaid', () => {
    expect(catalog.outcomeTable()).toBe(builtInOutcomes)
    expect(catalog.ownerTable('anything')).toBe(builtInOwners)
  })
})

describe('overlays', () => {
  const catalog = new Catalog([
    {
      name: 'ours',
      codes: [
        { code: 430, outcome: 'throttled', retryable: true },
        { code: 777, name: 'Tea Time' },
      ],
    },
    {
      name: 'shop',
      source: 'shop-edge',
      codes: [
        { code: 403, owner: 'gateway' },
        { code: 520, outcome: 'client_error' },
      ],
    },
  ])

  it('of all sources change what everyone reads, and keep what they do not name', () => {
    expect(catalog.get(430)).toMatchObject({
      source: 'ours',
      name: 'Security Rejection',
      outcome: 'throttled',
      owner: 'client',
    })
    expect(catalog.outcomeTable()[430]).toBe(OUTCOME_INDEX.throttled)
    expect(catalog.outcomeTable('elsewhere')[430]).toBe(OUTCOME_INDEX.throttled)
  })

  it('describe codes that nobody knew, in a class that follows the range', () => {
    expect(catalog.get(777)).toMatchObject({ code: 777, name: 'Tea Time', class: 'none', outcome: 'unknown' })
    expect(catalog.list({ class: 'none' }).map((entry) => entry.code)).toContain(777)
  })

  it('of one source leave the others alone', () => {
    expect(catalog.get(403, 'shop-edge')).toMatchObject({ source: 'shop', outcome: 'client_error', owner: 'gateway' })
    expect(catalog.get(403)).toMatchObject({ source: 'documented', owner: 'client' })
    expect(catalog.ownerTable('shop-edge')[403]).toBe(OWNER_INDEX.gateway)
    expect(catalog.ownerTable()[403]).toBe(OWNER_INDEX.client)
  })

  it('of one source stand over those of all sources', () => {
    expect(catalog.outcomeTable('shop-edge')[430]).toBe(OUTCOME_INDEX.throttled)
    expect(catalog.list({ source: 'shop-edge' }).map((entry) => entry.code)).toEqual([403, 430, 520, 777])
    expect(catalog.list({ source: 'shop' }).map((entry) => entry.code)).toEqual([403, 520])
  })

  it('that change the outcome drop an owner which no longer fits', () => {
    expect(catalog.get(520, 'shop-edge')).toMatchObject({ outcome: 'client_error', owner: 'client' })
  })

  it('never write into the built-in tables', () => {
    expect(builtInOutcomes[430]).toBe(OUTCOME_INDEX.client_error)
    expect(new Catalog().get(430)?.source).toBe('shopify')
  })
})

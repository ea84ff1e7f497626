import { Catalog } from './catalog.js'
import {
  builtInOwners,
  classIndex,
  classOf,
  isAbsentStatus,
  isCountableStatus,
  outcomeIndex,
  outcomeOf,
  ownerIndex,
  ownerIndexOf,
  ownerOf,
  UPSTREAM_NONE,
  UPSTREAM_UNTOLD,
} from './classification.js'
import { OUTCOME_INDEX, OUTCOMES, OWNER_INDEX, OWNERS, STATUS_CLASSES } from './vocabulary.js'
import type { Outcome, Owner } from './vocabulary.js'

const EVERY_CODE = Array.from({ length: 1000 }, (_, code) => code)

describe('the vocabulary', () => {
  it('keeps the order that stored data relies on', () => {
    expect(STATUS_CLASSES.join()).toBe('informational,success,redirection,client_error,server_error,none')
    expect(OUTCOMES.join()).toBe('interim,success,redirect,client_error,throttled,client_closed,server_error,unknown')
    expect(OWNERS.join()).toBe('client,gateway,upstream,network,unknown')
  })
})

describe('class', () => {
  it('follows the hundred of 100-599 and is none for everything else', () => {
    for (const code of EVERY_CODE) {
      expect(classIndex(code)).toBe(code >= 100 && code < 600 ? Math.floor(code / 100) - 1 : 5)
    }
  })

  it.each([-1, 1000, 1e9, 200.5, Number.NaN, Infinity])('is none for %d', (status) => {
    expect(classOf(status)).toBe('none')
    expect(outcomeOf(status)).toBe('unknown')
  })
})

const OUTCOME_CASES: [code: number | null, outcome: Outcome, sentence: string][] = [
  [100, 'interim', 'an interim response is not the answer'],
  [103, 'interim', 'an interim response is not the answer'],
  [101, 'success', 'the upgrade is what the caller wanted'],
  [200, 'success', 'the caller got it'],
  [218, 'success', 'an odd success is a success'],
  [299, 'success', 'an unknown code follows its range'],
  [304, 'redirect', 'the caller is sent to its cache'],
  [404, 'client_error', 'the caller asked for the wrong thing'],
  [432, 'client_error', 'an unknown code follows its range'],
  [429, 'throttled', 'the caller was slowed down'],
  [420, 'throttled', 'the old word for 429'],
  [444, 'unknown', 'nothing was sent'],
  [460, 'client_closed', 'the caller left'],
  [499, 'client_closed', 'the caller left'],
  [500, 'server_error', 'the server broke'],
  [529, 'server_error', 'overload is an error of the service'],
  [561, 'server_error', 'the identity provider is part of the service'],
  [600, 'unknown', 'the class ends at 599'],
  [999, 'unknown', 'the class ends at 599'],
  [null, 'unknown', 'no response was sent'],
]

describe('outcome', () => {
  it.each(OUTCOME_CASES)('of %p is %s: %s', (code, outcome) => {
    expect(outcomeOf(code)).toBe(outcome)
  })

  it('is client_closed for any status when a flag says that the caller left', () => {
    expect(outcomeOf(null, true)).toBe('client_closed')
    expect(outcomeOf(200, true)).toBe('client_closed')
  })
})

const OWNER_CASES: [code: number | null, upstream: number, bytes: number, owner: Owner, sentence: string][] = [
  [200, 200, -1, 'unknown', 'nobody is at fault in a success'],
  [304, UPSTREAM_NONE, -1, 'unknown', 'nobody is at fault in a redirect'],
  [404, UPSTREAM_UNTOLD, -1, 'client', 'a client error is the fault of the client'],
  [404, 404, -1, 'client', 'also when the upstream noticed it'],
  [429, UPSTREAM_NONE, -1, 'client', 'a throttled caller sends too much'],
  [499, UPSTREAM_NONE, -1, 'client', 'the client left'],
  [444, UPSTREAM_NONE, -1, 'gateway', 'the gateway dropped the request on purpose'],
  [500, 500, 21, 'upstream', 'the upstream answered with this code'],
  [500, 500, 0, 'upstream', 'an empty 500 is still an answer'],
  [500, UPSTREAM_NONE, -1, 'gateway', 'no upstream took part'],
  [503, 200, -1, 'gateway', 'the gateway replaced the answer'],
  [500, UPSTREAM_UNTOLD, -1, 'unknown', 'the log does not tell'],
  [502, 502, 157, 'upstream', 'the upstream sent a 502 with a body'],
  [502, 502, -1, 'upstream', 'lengths are not logged: the word of the log stands'],
  [502, 502, 0, 'network', 'the gateway wrote its own 502 because it could not connect'],
  [504, 504, 0, 'network', 'the gateway wrote its own 504 because it could not connect'],
  [504, UPSTREAM_NONE, 0, 'gateway', 'no upstream took part'],
  [511, UPSTREAM_UNTOLD, -1, 'network', 'the network itself asks for a login'],
  [520, UPSTREAM_NONE, -1, 'upstream', 'the origin sent something unreadable'],
  [521, UPSTREAM_NONE, -1, 'network', 'the edge could not connect'],
  [522, UPSTREAM_UNTOLD, -1, 'network', 'the edge could not connect'],
  [523, UPSTREAM_NONE, -1, 'network', 'the edge could not connect'],
  [524, UPSTREAM_NONE, -1, 'network', 'no reply reached the edge'],
  [525, UPSTREAM_NONE, -1, 'network', 'no connection came about'],
  [522, 522, -1, 'upstream', 'an origin that says 522 itself was reached'],
  [530, UPSTREAM_NONE, -1, 'gateway', 'the edge could not serve'],
  [null, UPSTREAM_NONE, -1, 'unknown', 'nothing was sent, nobody is known'],
  [700, 700, -1, 'unknown', 'a code without a meaning blames nobody'],
]

describe('owner', () => {
  it.each(OWNER_CASES)('of %p with upstream %p and %p bytes is %s: %s', (code, upstream, bytes, owner) => {
    expect(ownerOf(code, upstream, bytes)).toBe(owner)
  })

  it('of a failure hidden under 200 goes by the given outcome', () => {
    const { server_error } = OUTCOME_INDEX
    const ofHidden = (upstream: number): number => ownerIndexOf(server_error, OWNER_INDEX.unknown, 200, upstream, -1)
    expect(ofHidden(200)).toBe(OWNER_INDEX.upstream)
    expect(ofHidden(UPSTREAM_NONE)).toBe(OWNER_INDEX.gateway)
    expect(ofHidden(UPSTREAM_UNTOLD)).toBe(OWNER_INDEX.unknown)
    expect(ownerIndexOf(OUTCOME_INDEX.throttled, OWNER_INDEX.unknown, 200, 200, -1)).toBe(OWNER_INDEX.client)
  })
})

describe('numbers, words and catalogue', () => {
  it('agree for every code from 0 to 999', () => {
    const catalog = new Catalog()
    for (const code of EVERY_CODE) {
      expect(STATUS_CLASSES[classIndex(code)]).toBe(classOf(code))
      expect(OUTCOMES[outcomeIndex(code)]).toBe(outcomeOf(code))
      for (const upstream of [UPSTREAM_UNTOLD, UPSTREAM_NONE, 200, 502, code]) {
        for (const bytes of [-1, 0, 1]) {
          expect(OWNERS[ownerIndex(code, upstream, bytes)]).toBe(ownerOf(code, upstream, bytes))
        }
      }
      const entry = catalog.get(code)
      if (entry === undefined) continue
      expect(entry).toMatchObject({ class: classOf(code), outcome: outcomeOf(code), owner: ownerOf(code) })
      expect(OWNERS[builtInOwners[code] ?? -1]).toBe(entry.owner)
    }
  })
})

describe('countable statuses', () => {
  it.each([100, 200, 599, 600, 999, 0, -1])('%d counts', (status) => expect(isCountableStatus(status)).toBe(true))
  it.each([1, 99, 1000, -2, 200.5, Number.NaN, Infinity, -0.5, 2 ** 53])('%d is a bad status', (status) => {
    expect(isCountableStatus(status)).toBe(false)
  })
  it('0 and -1 say that no response was sent', () => {
    expect([0, -1, 100].map(isAbsentStatus)).toEqual([true, true, false])
  })
})

import { jest } from '@jest/globals'
import { hashApiKey } from '#platform'
import { DrivenClock, pollUntil } from '#testing'
import { StoredKeys, type KeyRecord } from './stored-keys.js'

const record = (id: number, key: string, revokedAt: Date | null = null): KeyRecord => ({
  id,
  hash: hashApiKey(key),
  scopes: ['read', 'a scope of a newer release'],
  source: null,
  revokedAt,
})

function setUp(adminKey?: string) {
  const clock = new DrivenClock()
  const rows: KeyRecord[] = []
  const asked = { times: 0, fails: false }
  const keys = new StoredKeys(
    () => {
      asked.times++
      return asked.fails ? Promise.reject(new Error('the database is away')) : Promise.resolve([...rows])
    },
    adminKey,
    clock,
  )
  return { keys, rows, clock, asked }
}

describe('StoredKeys', () => {
  it('holds nobody up whose key it cannot look up', async () => {
    jest.useFakeTimers()
    try {
      const keys = new StoredKeys(() => new Promise(() => undefined), 'the-admin-key-of-tests', new DrivenClock())
      const asked = keys.find('slk_new')
      const told = expect(asked).rejects.toMatchObject({ code: 'unavailable', statusCode: 503 })
      jest.advanceTimersByTime(2_000)
      await told
    } finally {
      jest.useRealTimers()
    }
  })

  it('asks for no key while none was ever made', async () => {
    const { keys } = setUp()
    await keys.load()
    expect(keys.required).toBe(false)
  })

  it('goes on asking when the last key is revoked: an open server is never the answer', async () => {
    const { keys, rows } = setUp()
    rows.push(record(1, 'slk_a', new Date(0)))
    await keys.load()
    expect(keys.required).toBe(true)
    expect(await keys.find('slk_a')).toBeNull()
  })

  it('knows the key of the configuration, with every scope, before it knows the database', () => {
    const { keys } = setUp('the-admin-key-of-tests')
    expect(keys.required).toBe(true)
    expect(keys.find('the-admin-key-of-tests')).toEqual({
      keyId: 'admin',
      scopes: ['ingest', 'read', 'admin'],
      source: null,
    })
  })

  it('finds a key by its secret, with the scopes that this release knows', async () => {
    const { keys, rows } = setUp()
    rows.push(record(1, 'slk_a'), record(2, 'slk_b'))
    await keys.load()
    expect(await keys.find('slk_b')).toEqual({ keyId: '2', scopes: ['read'], source: null })
    expect(await keys.find('slk_c')).toBeNull()
    expect(await keys.find('')).toBeNull()
  })

  it('looks again for a key that it does not know, but not for every guess', async () => {
    const { keys, rows, clock, asked } = setUp()
    await keys.load()
    rows.push(record(1, 'slk_new'))
    expect(keys.find('slk_new')).toBeNull()
    clock.advance(500)
    expect(await keys.find('slk_new')).toMatchObject({ keyId: '1' })
    for (let guess = 0; guess < 100; guess++) expect(keys.find(`slk_${guess}`)).toBeNull()
    expect(asked.times).toBe(2)
  })

  it('knows a key that was made while it was reading', async () => {
    const rows: KeyRecord[] = []
    const reads: (() => void)[] = []
    const list = async () => {
      const found = [...rows]
      await new Promise<void>((resolve) => reads.push(resolve))
      return found
    }
    const keys = new StoredKeys(list, undefined, new DrivenClock())
    const before = keys.load()
    rows.push(record(1, 'slk_new'))
    const after = [keys.load(), keys.load()]
    reads[0]?.()
    await before
    expect(keys.required).toBe(false)
    await pollUntil(async () => reads.length === 2, { deadlineMs: 5_000, what: 'the next read' })
    reads[1]?.()
    await Promise.all(after)
    expect(await keys.find('slk_new')).toMatchObject({ keyId: '1' })
    expect(reads.length).toBe(2)
  })

  it('keeps what it knew while the database is away', async () => {
    const { keys, rows, asked } = setUp()
    rows.push(record(1, 'slk_a'))
    await keys.load()
    asked.fails = true
    await expect(keys.load()).rejects.toThrow('away')
    expect(keys.required).toBe(true)
    expect(await keys.find('slk_a')).toMatchObject({ keyId: '1' })
  })
})

import { hashApiKey, newApiKey, sameHash } from './api-key.js'

describe('API keys', () => {
  it('are 256 random bits behind a prefix that scanners for leaked keys can find', () => {
    const keys = new Set(Array.from({ length: 100 }, newApiKey))
    expect(keys.size).toBe(100)
    for (const key of keys) expect(key).toMatch(/^slk_[\w-]{43}$/)
  })

  it('are compared by their hashes', () => {
    const key = newApiKey()
    expect(hashApiKey(key)).toHaveLength(32)
    expect(sameHash(hashApiKey(key), hashApiKey(key))).toBe(true)
    expect(sameHash(hashApiKey(key), hashApiKey(`${key}x`))).toBe(false)
    expect(sameHash(hashApiKey(key), hashApiKey(key).subarray(1))).toBe(false)
  })
})

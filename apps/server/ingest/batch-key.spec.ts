import { createHash } from 'node:crypto'
import { array, assert, oneof, property, uint8Array } from 'fast-check'
import { batchKey, BodyDigest, type KeyFacts } from './batch-key.js'

const FACTS: KeyFacts = {
  source: 'edge',
  keyId: '7',
  idempotencyKey: null,
  requestId: null,
  events: 100,
  identifiable: true,
}

function digestOf(text: string, source = 'edge', format: string | null = null): BodyDigest {
  const digest = new BodyDigest(source, format)
  digest.update(Buffer.from(text))
  return digest
}

type Facts = Partial<KeyFacts> & { readonly format?: string }

function keyOf({ format, ...facts }: Facts, body = 'a body'): string | null {
  const all = { ...FACTS, ...facts }
  const key = batchKey(all, digestOf(body, all.source, format ?? null))
  return key === null ? null : Buffer.from(key.id).toString('hex')
}

describe('BodyDigest', () => {
  it('is the SHA-256 of source, format and whole body, however it is cut', () => {
    assert(
      property(
        array(oneof(uint8Array({ maxLength: 50 }), uint8Array({ minLength: 20_000, maxLength: 20_001 })), {
          maxLength: 6,
        }),
        (chunks) => {
          const digest = new BodyDigest('edge', null)
          for (const chunk of chunks) digest.update(chunk)
          const expected = createHash('sha256').update('content\0edge\0\0').update(Buffer.concat(chunks)).digest()
          expect(Buffer.from(digest.digest()).equals(expected)).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('batchKey', () => {
  it('is the content where that identifies the batch', () => {
    expect(batchKey(FACTS, digestOf('a body'))).toMatchObject({ kind: 'content', shortLived: false })
    expect(keyOf({})).toBe(keyOf({}))
  })

  it('is nothing where the same bytes may be another batch', () => {
    expect(keyOf({ identifiable: false })).toBeNull()
  })

  it('is the own key of the sender, whatever the content tells', () => {
    const own = { idempotencyKey: 'k', identifiable: false }
    expect(batchKey({ ...FACTS, ...own }, digestOf('a body'))).toMatchObject({ kind: 'idempotency_key' })
    expect(keyOf(own, 'a body')).toBe(keyOf(own, 'another'))
  })

  it('lives short for small batches', () => {
    expect(batchKey({ ...FACTS, events: 7 }, digestOf(''))?.shortLived).toBe(true)
    expect(batchKey({ ...FACTS, events: 8 }, digestOf(''))?.shortLived).toBe(false)
  })

  it.each<[string, Facts, Facts, boolean]>([
    ['another source', {}, { source: 'other' }, false],
    ['another reading of the same bytes', {}, { format: 'combined' }, false],
    ['another API key with the same content', {}, { keyId: '8' }, true],
    ['another API key with the same own key', { idempotencyKey: 'k' }, { idempotencyKey: 'k', keyId: '8' }, false],
    ['another source with the same own key', { idempotencyKey: 'k' }, { idempotencyKey: 'k', source: 'b' }, false],
    [
      'parts that join to the same text',
      { idempotencyKey: 'b', source: 'a' },
      { idempotencyKey: '', source: 'ab' },
      false,
    ],
  ])('%s', (_says, left, right, same) => {
    expect(keyOf(left) === keyOf(right)).toBe(same)
  })
})

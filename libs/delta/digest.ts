import { hash } from 'node:crypto'
import { ByteWriter } from './byte-writer.js'

const writer = new ByteWriter(1024)

/** Identity of a set of labels and indexes: the first 16 bytes of SHA-256 over length-prefixed labels, then the indexes. */
export const digestOf = (labels: readonly string[], indexes: readonly number[]): Uint8Array => {
  writer.clear()
  for (const label of labels) writer.text(label)
  for (const index of indexes) writer.uint(index)
  return new Uint8Array(hash('sha256', writer.view(), 'buffer').subarray(0, 16))
}

/** Order of digests, as Postgres orders bytea. */
export const compareDigests = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)

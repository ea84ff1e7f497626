import { setTimeout as wait } from 'node:timers/promises'
import { tailDigest, tailOf, type KnownFile, type Position } from '../file-identity.js'
import { BatchRefused, type BatchReply } from '../sender.js'

/** `slow`: answered when another batch has come, or after a while. */
export type Fate = 'slow' | 'in order' | 'overtaken' | 'refused'

const TAKEN: BatchReply = { accepted: 1, duplicate: 0, rejected: 0, errors: [] }

/** Gives everything else that is due its turn. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** What a server keeps of files: it takes a span only where the one before ended. `fate` says what becomes of the n-th attempt. */
export class PlayedServer {
  readonly taken: Buffer[] = []
  /** For each attempt, how many others were under way when it began. */
  readonly besides: number[] = []
  private underWay = 0
  private another = Promise.withResolvers<void>()
  private there = Promise.resolve()
  private readonly files = new Map<string, KnownFile>()

  constructor(private readonly fate: (attempt: number) => Fate = () => 'in order') {}

  get lines(): string[] {
    return Buffer.concat(this.taken).toString().split('\n').slice(0, -1)
  }

  /** From now on nothing is answered; call what it returns to be back. */
  goAway(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.there = promise
    return resolve
  }

  async lookUp(fingerprint: string): Promise<KnownFile | null> {
    await this.there
    return this.files.get(fingerprint) ?? null
  }

  async sendSpan({ fingerprint, end, tail }: Position, body: Uint8Array, sent: () => void): Promise<BatchReply | null> {
    const attempt = this.besides.push(this.underWay++)
    this.another.resolve()
    this.another = Promise.withResolvers()
    const fate = this.fate(attempt)
    await turn()
    await this.there
    sent()
    if (fate === 'slow') await Promise.race([this.another.promise, wait(200)])
    for (let turns = 0; turns < (fate === 'overtaken' ? 20 : 4); turns++) await turn()
    this.underWay--
    if (fate === 'refused') throw new BatchRefused('no more room')
    if ((this.files.get(fingerprint)?.end ?? 0) !== end) return null
    this.files.set(fingerprint, { end: end + body.length, tail: tailDigest(tailOf(tail, body)) })
    this.taken.push(Buffer.from(body))
    return TAKEN
  }
}

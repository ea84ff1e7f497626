import { Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import { Quarantine, type QuarantineFilter } from '#store'
import { Refusal } from '../http/refusal.js'
import { RejectReplay, type ReplayReport } from './reject-replay.js'

const ADMIN = { scope: 'admin' } as const
const MAX_PAGE = 500

interface ListQuery {
  readonly source?: string
  readonly reason?: string
  readonly first?: string
  readonly after?: string
}

/** A record that was not counted, masked. */
interface Reject {
  readonly id: string
  readonly at: Date
  readonly source: string
  readonly reason: string
  readonly format: string | null
  readonly record: string
  readonly whole: boolean
  readonly replayedAt: Date | null
}

/** The quarantine: what was rejected, and another try after a fix. */
@Controller('v1/rejects')
export class RejectsController {
  constructor(
    @Inject(Quarantine) private readonly quarantine: Quarantine,
    @Inject(RejectReplay) private readonly replay: RejectReplay,
  ) {}

  /** Newest first; `next` goes into `after` for the page behind it. */
  @Get()
  @RouteConfig(ADMIN)
  async list(@Query() query: ListQuery): Promise<{ rejects: Reject[]; next: string | null }> {
    const first = readNumber('first', query.first, MAX_PAGE) ?? 50
    const after = readNumber('after', query.after, Number.MAX_SAFE_INTEGER)
    const { records, next } = await this.quarantine.list(filterOf(query), first, after)
    const rejects = records.map(({ id, text, bytes: _bytes, ...rest }) => ({ ...rest, id: String(id), record: text }))
    return { rejects, next: next === null ? null : String(next) }
  }

  @Post('replay')
  @HttpCode(200)
  @RouteConfig(ADMIN)
  replayAll(@Query() query: ListQuery): Promise<ReplayReport> {
    return this.replay.run(filterOf(query))
  }
}

function filterOf({ source, reason }: ListQuery): QuarantineFilter {
  return { source, reason }
}

function readNumber(argument: string, text: string | undefined, most: number): number | null {
  if (text === undefined) return null
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= 1 && number <= most)) throw new Refusal('bad_argument', { argument, reason: `1 to ${most}` })
  return number
}

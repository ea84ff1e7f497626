import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import { Quarantine } from '#store'
import { RejectReplay, type ReplayReport } from './reject-replay.js'
import { readListRequest, readReplayRequest, type Query as Asked } from './reject-request.js'

const ADMIN = { scope: 'admin' } as const

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
  async list(@Query() query: Asked): Promise<{ rejects: Reject[]; next: string | null }> {
    const { filter, first, after } = readListRequest(query)
    const { records, next } = await this.quarantine.list(filter, first, after)
    const rejects = records.map(({ id, text, bytes: _bytes, ...rest }) => ({ ...rest, id: String(id), record: text }))
    return { rejects, next: next === null ? null : String(next) }
  }

  @Post('replay')
  @HttpCode(200)
  @RouteConfig(ADMIN)
  replayAll(@Query() query: Asked, @Body() body: unknown): Promise<ReplayReport> {
    return this.replay.run(readReplayRequest(query, body))
  }
}

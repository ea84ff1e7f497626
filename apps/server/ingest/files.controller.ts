import { Controller, Get, Param, Req } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyRequest } from 'fastify'
import { Journal } from '#store'
import { Refusal } from '../http/refusal.js'
import { LATE, within } from '../within.js'
import { fileOfSource, readDigest, sourceNamedBy } from './ingest-arguments.js'
import { DEFAULT_SOURCE } from './source-name.js'

const ANSWER_MS = 5_000

/** Tells `statusline ship` how far a file of a source has been taken in. */
@Controller('v1/files')
export class FilesController {
  constructor(private readonly journal: Journal) {}

  @Get(':fingerprint')
  @RouteConfig({ scope: 'ingest' })
  async file(
    @Param('fingerprint') hex: string,
    @Req() request: FastifyRequest,
  ): Promise<{ end: number; tail: string }> {
    const fingerprint = readDigest(hex)
    if (fingerprint === null) throw new Refusal('bad_argument', { argument: 'fingerprint', reason: '64 hex digits' })
    const source = sourceNamedBy(request, request.principal) ?? DEFAULT_SOURCE
    const file = await within(this.journal.file(fileOfSource(source, fingerprint)), ANSWER_MS)
    if (file === LATE) throw new Refusal('unavailable')
    if (file === null) throw new Refusal('not_found')
    return { end: file.end, tail: Buffer.from(file.tail).toString('hex') }
  }
}

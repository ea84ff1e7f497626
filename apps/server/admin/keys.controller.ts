import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import { ApiKeys, type ApiKey } from '#store'
import { Refusal } from '../http/refusal.js'
import { StoredKeys } from '../http/stored-keys.js'
import { readKeyId, readKeyRequest } from './key-request.js'
import { membersOf, refuseUnknown } from '../http/known-arguments.js'

const ADMIN = { scope: 'admin' } as const

/** API keys: made, listed and revoked. */
@Controller('v1/keys')
export class KeysController {
  constructor(
    @Inject(ApiKeys) private readonly apiKeys: ApiKeys,
    @Inject(StoredKeys) private readonly inForce: StoredKeys,
  ) {}

  @Get()
  @RouteConfig(ADMIN)
  async list(@Query() query: object): Promise<{ keys: ApiKey[] }> {
    refuseUnknown(query, [], 'parameters')
    return { keys: await this.apiKeys.list() }
  }

  /** `key` is the secret, shown this once. */
  @Post()
  @RouteConfig(ADMIN)
  async create(@Query() query: object, @Body() body: unknown): Promise<ApiKey & { key: string }> {
    refuseUnknown(query, [], 'parameters')
    const wanted = readKeyRequest(body)
    if (!this.inForce.required && !wanted.scopes.includes('admin'))
      throw new Refusal('bad_argument', {
        argument: 'scopes',
        reason: 'the first key needs admin, or nobody could make another one',
      })
    const { key, apiKey } = await this.apiKeys.create(wanted)
    await this.inForce.load()
    return { ...apiKey, key }
  }

  @Delete(':id')
  @HttpCode(204)
  @RouteConfig(ADMIN)
  async revoke(@Param('id') id: string, @Query() query: object, @Body() body: unknown): Promise<void> {
    refuseUnknown(query, [], 'parameters')
    refuseUnknown(membersOf(body), [], 'fields')
    if (!(await this.apiKeys.revoke(readKeyId(id)))) throw new Refusal('not_found')
    await this.inForce.load()
  }
}

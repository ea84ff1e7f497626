import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { Catalog } from '#catalog'
import { QueryService } from '#store'
import { testDatabase, type TestDatabase } from '#testing'
import { FixedAlerts, FixedRejects } from './testing/fixed-ports.js'
import { askGraphql, queryApp } from './testing/query-app.js'

/** Alerts behind a database that is slow, or away. */
class SlowAlerts extends FixedAlerts {
  fault: Error | null = null
  most = 0
  private now = 0

  override async list(question: Parameters<FixedAlerts['list']>[0]): ReturnType<FixedAlerts['list']> {
    if (this.fault !== null) throw this.fault
    this.most = Math.max(this.most, ++this.now)
    await database.pool.query('SELECT 1')
    this.now--
    return super.list(question)
  }
}

const bugs: unknown[] = []
const report = (bug: unknown) => bugs.push(bug)
const alerts = new SlowAlerts()
let database: TestDatabase
let app: NestFastifyApplication

beforeAll(async () => {
  database = await testDatabase()
  const { pool } = database
  const query = new QueryService(pool, () => 0)
  app = await queryApp(
    { query, catalog: new Catalog(), alerts, rejects: new FixedRejects(), report },
    { scopes: ['read'] },
  )
})
afterAll(async () => {
  await app.close()
  await database.drop()
})
afterEach(() => {
  alerts.fault = null
  expect(bugs.splice(0)).toEqual([])
})

describe('questions about alerts', () => {
  it('wait their turn, however many there are in one request', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `a${index}: alerts { nodes { id } }`).join(' ')
    expect((await askGraphql(app, `{ ${many} }`)).codes).toEqual([])
    expect(alerts.most).toBe(new QueryService(database.pool, () => 0).limits.concurrent)
  })

  it.each([
    ['ECONNREFUSED', 'UNAVAILABLE', 'unavailable'],
    ['EPIPE', 'UNAVAILABLE', 'unavailable'],
  ])('are no bug while the database is away: %s', async (fault, inGraphql, inRest) => {
    alerts.fault = Object.assign(new Error('connect'), { code: fault })
    expect((await askGraphql(app, '{ alerts { nodes { id } } }')).codes).toEqual([inGraphql])
    const reply = await app.inject({ url: '/v1/alerts' })
    expect([reply.statusCode, reply.json()]).toMatchObject([503, { code: inRest }])
  })
})

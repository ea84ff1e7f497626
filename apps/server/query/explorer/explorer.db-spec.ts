import { Script } from 'node:vm'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { seededApp, type SeededApp } from '../testing/seeded-app.js'
import { askGraphql } from '../testing/query-app.js'
import { EXAMPLES } from './examples.js'

let served: SeededApp
let app: NestFastifyApplication
beforeAll(async () => {
  served = await seededApp()
  app = served.app
})
afterAll(() => served.close())
afterEach(() => expect(served.bugs.splice(0)).toEqual([]))

describe('explorer', () => {
  it('is a page of its own files, which run and name no other place', async () => {
    const page = await app.inject({ url: '/graphiql' })
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'/)
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
    expect(files).toEqual(['data:,', '/graphiql/explorer.css', '/graphiql/explorer.js'])
    const [style, script] = await Promise.all([
      app.inject({ url: '/graphiql/explorer.css' }),
      app.inject({ url: '/graphiql/explorer.js' }),
    ])
    expect([style.headers['content-type'], script.headers['content-type']]).toEqual([
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
    ])
    for (const { body } of [page, style, script]) expect(body).not.toMatch(/https?:|\/\/[a-z]+\.|innerHTML|eval\(/)
    expect(() => new Script(script.body)).not.toThrow()
  })

  it('has examples that all run', async () => {
    for (const { name, query, variables } of EXAMPLES) {
      const { messages } = await askGraphql(
        app,
        query,
        variables === undefined ? undefined : (JSON.parse(variables) as Record<string, unknown>),
      )
      expect([name, messages]).toEqual([name, []])
    }
  })
})

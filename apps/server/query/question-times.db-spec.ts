import { testDatabase } from '#testing'
import { startServerUnderTest } from '../testing/server-under-test.js'

describe('the time of questions', () => {
  it('stands in the metrics of the process, by question', async () => {
    const database = await testDatabase()
    const server = await startServerUnderTest({ DATABASE_URL: database.url })
    try {
      for (const path of ['/v1/breakdown?last=1h&by=code', '/v1/breakdown?last=2h&by=code', '/v1/sources'])
        expect((await fetch(server.url + path)).status).toBe(200)
      const metrics = await (await fetch(`${server.url}/metrics?scope=self`)).text()
      expect(metrics).toContain('statusline_query_seconds_count{question="breakdown"} 2\n')
      expect(metrics).toContain('statusline_query_seconds_count{question="sources"} 1\n')

      const query = 'query Q($n: Int) { breakdown(range: { last: "2h" }, by: [CODE], first: $n) { total { count } } }'
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ query, variables: { n: 'abc' } })
      for (let time = 0; time < 3; time++)
        expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).status).toBe(400)
      expect(server.logLines.filter((line) => line.includes('a question failed'))).toEqual([])
    } finally {
      await server.stop()
      await database.drop()
    }
  })
})

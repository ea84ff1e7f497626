import { jest } from '@jest/globals'
import { main } from './program.js'

afterEach(() => jest.restoreAllMocks())

it.each([
  ['ship', true],
  ['replay', true],
  ['keys', true],
  ['rejects', true],
  ['doctor', true],
  ['codes', false],
  ['formats', false],
])('the help of %s names the variables of the server where it asks one', async (name, asksServer) => {
  const written: string[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  expect(await main([name, '--help'])).toBe(0)
  const said = written.join('')
  expect(said).toContain(`statusline ${name}`)
  expect(said.includes('STATUSLINE_URL  the server (http://127.0.0.1:8080)')).toBe(asksServer)
  expect(said.includes('STATUSLINE_KEY')).toBe(asksServer)
})

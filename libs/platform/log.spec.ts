import { createLogger, type LogLevel } from './log.js'

function linesOf(level: LogLevel, write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = []
  write(createLogger(level, { write: (line: string) => void lines.push(line) }))
  return lines
}

describe('createLogger', () => {
  it('writes one JSON object per line, with the request id of its child', () => {
    const [line = ''] = linesOf('info', (logger) =>
      logger.child({ requestId: 'r-1' }).info({ source: 'edge' }, 'received'),
    )
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: 'r-1',
      source: 'edge',
      message: 'received',
    })
    expect(line.endsWith('}\n')).toBe(true)
  })

  it('drops what is less serious than its level', () => {
    expect(linesOf('warn', (logger) => logger.info('hello'))).toEqual([])
  })

  it('lets no value forge a line or steer a terminal', () => {
    const hostile = 'a\r\n{"level":"info"}\u001B[2J\u009B31m\u007F\u2028\u202Eb'
    const [line = '', ...others] = linesOf('info', (logger) => logger.info({ path: hostile }, hostile))
    expect(others).toEqual([])
    const obeyed = [...'\r\n\u001B\u009B\u007F\u2028\u202E'].filter((letter) => line.slice(0, -1).includes(letter))
    expect(obeyed).toEqual([])
    expect(JSON.parse(line)).toMatchObject({ path: hostile, message: hostile })
  })

  it('hides credentials', () => {
    const [line = ''] = linesOf('info', (logger) =>
      logger.info(
        { authorization: 'hush', headers: { 'x-api-key': 'hush' }, a: { b: { password: 'hush' } } },
        'request',
      ),
    )
    expect(line).not.toContain('hush')
    expect(JSON.parse(line)).toMatchObject({ headers: { 'x-api-key': '(hidden)' } })
  })
})

import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common'
import { JournalUnavailable, QueryError } from '#store'
import { AllowedMethods } from './allowed-methods.js'
import { ErrorFilter } from './error-filter.js'
import { Refusal } from './refusal.js'

const allowed = new AllowedMethods()
allowed.add('/v1/ingest', ['POST'])
const filter = new ErrorFilter(allowed, { error: () => undefined }, 1_000)

const fastify = (code: string, statusCode: number): Error =>
  Object.assign(new Error(code), { code, statusCode, name: 'FastifyError' })
const database = (code: string): Error => Object.assign(new Error('from the database'), { code })

describe('ErrorFilter', () => {
  it.each<[string, unknown, number, string]>([
    ['a refusal', new Refusal('over_rate'), 429, 'over_rate'],
    ['a journal that is away', new JournalUnavailable('away'), 503, 'not_durable'],
    ['a question that took too long', new QueryError('timeout', 'too long'), 503, 'timeout'],
    ['a question without a database', new QueryError('unavailable', 'away'), 503, 'unavailable'],
    ['a question that is wrong', new QueryError('bad_user_input', 'wrong'), 422, 'bad_user_input'],
    ['a body that is no JSON', fastify('FST_ERR_CTP_INVALID_JSON_BODY', 400), 400, 'bad_json'],
    [
      'the same through Nest',
      new HttpException('x', 400, { cause: fastify('FST_ERR_CTP_INVALID_JSON_BODY', 400) }),
      400,
      'bad_json',
    ],
    ['a JSON body that is too large', fastify('FST_ERR_CTP_BODY_TOO_LARGE', 413), 413, 'body_too_large'],
    [
      'a plugin that refuses a method',
      Object.assign(new Error('x'), { statusCode: 405, headers: { allow: 'POST' } }),
      405,
      'method_not_allowed',
    ],
    ['a plugin that refuses a type', Object.assign(new Error('x'), { statusCode: 415 }), 415, 'unknown_media_type'],
    ['an argument that Nest refuses', new BadRequestException('no'), 422, 'bad_argument'],
    ['a lost connection', database('ECONNRESET'), 503, 'unavailable'],
    ['a database that shuts down', database('57P01'), 503, 'unavailable'],
    ['a statement that took too long', database('57014'), 503, 'unavailable'],
    ['a table that is not there', database('42P01'), 500, 'internal_error'],
    ['a bug', new TypeError('x is not a function'), 500, 'internal_error'],
    ['anything else', 'a word', 500, 'internal_error'],
  ])('%s', (_says, thrown, statusCode, code) => {
    expect(filter.answerTo(thrown, { url: '/v1/x' })).toMatchObject({ statusCode, body: { statusCode, code } })
  })

  it('tells a wrong method from a wrong address', () => {
    const missing = new NotFoundException()
    expect(filter.answerTo(missing, { url: '/v1/ingest?a=b' })).toMatchObject({
      statusCode: 405,
      headers: { allow: 'POST' },
    })
    expect(filter.answerTo(missing, { url: '/v1/nothing' })).toMatchObject({ statusCode: 404 })
  })

  it('tells nobody what a bug said', () => {
    const { body } = filter.answerTo(new Error('password is hunter2'), { url: '/' })
    expect(JSON.stringify(body)).not.toContain('hunter2')
  })
})

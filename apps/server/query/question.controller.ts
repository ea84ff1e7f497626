import { Controller, Get, Inject, Param, Query } from '@nestjs/common'
import { QueryError } from '#store'
import { Refusal } from '../http/refusal.js'
import { Answers } from './answers.js'
import type { Alert, AlertConnection } from './models/alert.js'
import type { Breakdown } from './models/breakdown.js'
import type { Rule } from './models/rule.js'
import type { Sample } from './models/sample.js'
import type { Source } from './models/source.js'
import type { StatusCode } from './models/status-code.js'
import type { TimeSeries } from './models/time-series.js'
import { AlertState, BreakdownOrder, Dimension, StatusClass } from './models/words.js'
import { QuestionParameters, type RawParameters } from './question-parameters.js'

/** The questions over REST: each address answers with the JSON of the GraphQL field of the same name. */
@Controller('v1')
export class QuestionController {
  constructor(@Inject(Answers) private readonly answers: Answers) {}

  @Get('status-codes')
  statusCodes(@Query() raw: RawParameters): StatusCode[] {
    const args = read(raw, (from) => ({ class: from.word('class', StatusClass), source: from.text('source') }))
    return this.answers.statusCodes(args)
  }

  @Get('status-codes/:code')
  statusCode(@Param('code') text: string, @Query() raw: RawParameters): StatusCode {
    read(raw, () => null)
    if (!/^-?\d{1,4}$/.test(text)) throw new QueryError('bad_user_input', 'code: a whole number')
    return found(this.answers.statusCode(Number(text)))
  }

  @Get('breakdown')
  breakdown(@Query() raw: RawParameters): Promise<Breakdown> {
    const args = read(raw, (from) => ({
      range: from.range(),
      by: from.words('by', Dimension) ?? [],
      filter: from.filter(),
      orderBy: from.word('orderBy', BreakdownOrder),
      first: from.wholeNumber('first'),
      after: from.text('after'),
    }))
    return this.answers.breakdown(args, true)
  }

  @Get('timeseries')
  timeSeries(@Query() raw: RawParameters): Promise<TimeSeries> {
    const args = read(raw, (from) => ({
      range: from.range(),
      step: from.text('step'),
      by: from.words('by', Dimension),
      filter: from.filter(),
      first: from.wholeNumber('first'),
      timeZone: from.text('timeZone'),
    }))
    return this.answers.timeSeries(args, true)
  }

  @Get('samples')
  samples(@Query() raw: RawParameters): Promise<Sample[]> {
    const args = read(raw, (from) => ({ range: from.range(), filter: from.filter(), first: from.wholeNumber('first') }))
    return this.answers.samples(args)
  }

  @Get('sources')
  sources(@Query() raw: RawParameters): Promise<Source[]> {
    read(raw, () => null)
    return this.answers.sources()
  }

  @Get('alerts')
  alerts(@Query() raw: RawParameters): Promise<AlertConnection> {
    const args = read(raw, (from) => ({
      state: from.words('state', AlertState),
      range: from.rangeIfAny(),
      first: from.wholeNumber('first'),
      after: from.text('after'),
    }))
    return this.answers.alerts(args)
  }

  @Get('alerts/:id')
  async alert(@Param('id') id: string, @Query() raw: RawParameters): Promise<Alert> {
    read(raw, () => null)
    return found(await this.answers.alert(id))
  }

  @Get('rules')
  rules(@Query() raw: RawParameters): Rule[] {
    read(raw, () => null)
    return this.answers.rules()
  }
}

/** Reads arguments, and refuses parameters that were not among them. */
function read<Args>(raw: RawParameters, args: (from: QuestionParameters) => Args): Args {
  const parameters = new QuestionParameters(raw)
  const found = args(parameters)
  parameters.refuseOthers()
  return found
}

function found<Answer>(answer: Answer | null): Answer {
  if (answer === null) throw new Refusal('not_found')
  return answer
}

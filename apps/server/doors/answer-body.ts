import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../http/refusal.js'
import type { DoorCounts } from '../ingest/door-counts.js'
import type { CountedBody, IntakeResult } from '../ingest/intake.js'
import { linger } from '../ingest/linger.js'
import type { DoorReply } from './dialect.js'
import { sendCounted, sendReply } from './door-request.js'

/** How a door words what became of a body. */
export interface Answers {
  accepted(body: CountedBody): DoorReply
  refused(refusal: Refusal): DoorReply
}

/** What a door does with a body, and how it answers. */
export interface Taking extends Answers {
  /** May throw a `Refusal`. */
  take(): Promise<IntakeResult>
}

/** Takes a body that is whole, and counts its answer; rejects only for bugs. */
export async function answerWhole(
  counts: DoorCounts,
  take: () => Promise<IntakeResult>,
  answers: Answers,
): Promise<DoorReply> {
  const startedMs = performance.now()
  const result = await take()
  const { bytes } = result
  if (result.result === 'counted') {
    counts.answered('accepted', bytes, (performance.now() - startedMs) / 1_000)
    return answers.accepted(result)
  }
  if (result.result === 'aborted') throw new Error('a body that is whole cannot break off')
  counts.answered(result.refusal.code, bytes, null)
  return answers.refused(result.refusal)
}

/** Takes the body of a request, answers it and counts the answer, whatever the door; rejects only for bugs. */
export async function answerBody(
  request: FastifyRequest,
  reply: FastifyReply,
  counts: DoorCounts,
  taking: Taking,
): Promise<void> {
  const startedMs = performance.now()
  let result: IntakeResult
  try {
    result = await taking.take()
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    result = { result: 'refused', refusal: thrown, bytes: 0 }
  }
  const { bytes } = result
  if (result.result === 'counted') {
    counts.answered('accepted', bytes, (performance.now() - startedMs) / 1_000)
    return sendCounted(reply, taking.accepted(result))
  }
  if (result.result === 'aborted') {
    counts.answered('aborted', bytes, null)
    return void reply.hijack()
  }
  counts.answered(result.refusal.code, bytes, null)
  sendReply(reply, taking.refused(result.refusal))
  linger(request.raw)
}

import type { Socket } from 'node:net'
import type { DoorReply } from '../doors/dialect.js'
import { QuickHeads, type QuickHead } from './quick-head.js'
import type { QuickLane } from './quick-lane.js'

/** One that says nothing at first is Node's, which has its own rule for them. */
const SILENT_MS = 1_000
/** Requests that come before the last one is answered; past it, no more is read until then. */
const HELD_BYTES = 64 * 1024

/** A connection on which so far only plain requests came. */
export class QuickConnection {
  private isBusy = false
  private early: Buffer | null = null
  private hasAnswered = false
  private isEnded = false
  private sinceMs = performance.now()
  private readonly heads: QuickHeads

  /** `giveToNode`: has Node read the connection from now on. */
  constructor(
    private readonly socket: Socket,
    private readonly lane: QuickLane,
    private readonly giveToNode: () => void,
  ) {
    this.heads = new QuickHeads(lane.parts.limits)
    socket.on('data', this.received)
    socket.on('end', this.ended)
    socket.on('error', this.failed)
    socket.on('close', this.closed)
  }

  /** Closes it where it has been idle for too long. */
  look(nowMs: number, keepAliveMs: number): void {
    if (this.isBusy) return
    const idleMs = nowMs - this.sinceMs
    if (!this.hasAnswered && idleMs > SILENT_MS) this.handOver(null)
    else if (idleMs > keepAliveMs) this.socket.destroySoon()
  }

  private readonly received = (chunk: Buffer): void => {
    if (this.isBusy) this.hold(chunk)
    else if (!this.answer(chunk)) this.handOver(chunk)
  }

  /** False where Node has to. */
  private answer(chunk: Buffer): boolean {
    const { lane } = this
    const head = this.heads.read(chunk)
    if (head === null || head.bodyAt + head.bodyBytes !== chunk.length) return false
    const answer = this.begin(head, chunk.subarray(head.bodyAt))
    if (answer === null) return false
    this.isBusy = true
    lane.answering(this.socket, true)
    const requestId = lane.parts.requestIds.of(head.words)
    answer.then(
      (reply) => this.reply(reply, requestId),
      (error: unknown) => this.reply(lane.parts.errors.answerToQuick(error, head.words.path, requestId), requestId),
    )
    return true
  }

  /** What is thrown is a bug, which gets a reply as well. */
  private begin(head: QuickHead, body: Buffer): Promise<DoorReply> | null {
    try {
      return this.lane.begin(head, body)
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  private reply(reply: DoorReply, requestId: string): void {
    const { socket, lane } = this
    this.hasAnswered = true
    if (socket.destroyed) return
    const hasRoom = lane.replies.send(reply, requestId, socket)
    lane.answering(socket, false)
    // Whoever sends without reading would fill the memory with replies.
    if (hasRoom) this.goOn()
    else socket.once('drain', () => this.goOn())
  }

  private goOn(): void {
    const { socket, early } = this
    this.isBusy = false
    this.sinceMs = performance.now()
    if (early !== null) {
      this.early = null
      if (socket.isPaused()) socket.resume()
      this.received(early)
    } else if (this.isEnded) socket.end()
  }

  private hold(chunk: Buffer): void {
    this.early = this.early === null ? chunk : Buffer.concat([this.early, chunk])
    if (this.early.length > HELD_BYTES) this.socket.pause()
  }

  private readonly ended = (): void => {
    this.isEnded = true
    if (!this.isBusy) this.socket.end()
  }

  private readonly failed = (): void => {
    this.socket.destroy()
  }

  private readonly closed = (): void => {
    this.lane.forget(this)
    this.lane.answering(this.socket, false)
  }

  /** From here on Node reads the connection, `chunk` first. */
  private handOver(chunk: Buffer | null): void {
    const { socket } = this
    this.lane.forget(this)
    socket.pause()
    socket.off('data', this.received).off('end', this.ended).off('error', this.failed).off('close', this.closed)
    this.giveToNode()
    if (chunk !== null) socket.unshift(chunk)
    socket.resume()
    // Node has not heard of the end; it has to be told behind the bytes.
    if (this.isEnded) setImmediate(() => socket.emit('end'))
  }
}

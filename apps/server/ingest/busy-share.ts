import { performance } from 'node:perf_hooks'

/** Tells, each time, how much of the time since the last call this thread had work; 0 to 1. */
export function busyShare(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}

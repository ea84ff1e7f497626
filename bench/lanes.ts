/**
 * Does the works in their order, as many at a time as there are lanes, and resolves with what each did. Behind a failure none begins any
 * more; rejects with it when all that run have ended.
 */
export const inLanes = async <Done>(lanes: number, works: readonly (() => Promise<Done>)[]): Promise<Done[]> => {
  const done: Done[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < works.length) {
      const place = next++
      try {
        done[place] = await works[place]!()
      } catch (error) {
        next = works.length
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return done
}

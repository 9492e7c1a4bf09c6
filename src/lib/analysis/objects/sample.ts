// An evenly spaced sample.

/** All members if there are few, otherwise between `size` and twice as many. */
export function sampleOf(members: ArrayLike<number>, size: number): readonly number[] {
  const step = Math.max(1, Math.floor(members.length / size))
  return Array.from({length: Math.ceil(members.length / step)}, (_, at) => members[at * step])
}

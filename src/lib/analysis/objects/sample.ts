// A look at some of many.

/** Members at even distances: all of few, else `size` or up to twice as many. */
export function sampleOf(members: ArrayLike<number>, size: number): readonly number[] {
  const step = Math.max(1, Math.floor(members.length / size))
  return Array.from({length: Math.ceil(members.length / step)}, (_, at) => members[at * step])
}

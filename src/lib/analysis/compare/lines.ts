// Where a series of groups changes, each with values at several ages: the cut into stretches of groups in which one line
// over age fits all values. A leak is a steeper line, something loaded at boot a higher one. Optimal partitioning
// (Jackson et al. 2005, An algorithm for optimal partitioning of data on an interval) with the squared error, and for
// each stretch the price of the Bayesian information criterion. O(n²) for n groups, whatever they hold.

/** `x`: the age; `y`: the value. */
export type Point = {readonly x: number; readonly y: number}

/** From group `start` up to the start of the next stretch. */
export type Stretch = {
  readonly start: number
  readonly slope: number
  /** The least and the greatest age. */
  readonly span: readonly [number, number]
  /** The value of the line at an age, and its standard error. */
  at(x: number): {readonly y: number; readonly error: number}
}

/**
 * The logarithm of the number of values is paid this many times: twice for the three unknowns of a stretch (its start and
 * its line), because a false change costs a reader more than a missed one.
 */
const PRICE = 6
/** Share of the values that may be outliers: a large request that was in progress. */
const OUTLIERS = 0.02
/** How often the noise is estimated anew, from what the lines of the last time leave over. */
const ROUNDS = 4

/** `leastNoise`: above 0, a standard deviation that is never a change. */
export function stretchesOf(groups: ReadonlyArray<readonly Point[]>, leastNoise: number): Stretch[] {
  const sums = prefixSums(groups)
  const values = groups.flat()
  let starts = [0]
  let noise = 0
  for (let round = 0; round < ROUNDS; round++) {
    noise = Math.max(leastNoise, deviationOf(residuals(groups, starts, sums)))
    const cut = bestCut(sums, PRICE * noise ** 2 * Math.log(Math.max(2, values.length)))
    if (cut.join() === starts.join()) break
    starts = cut
  }

  return starts.map((start, at) => {
    const end = starts[at + 1] ?? groups.length
    const {n, meanX, meanY, slope, spreadX} = lineOf(sums[start], sums[end])
    const ages = groups.slice(start, end).flatMap(points => points.map(({x}) => x))
    return {
      at: x => ({
        error: noise * Math.sqrt(1 / n + (spreadX === 0 ? 0 : (x - meanX) ** 2 / spreadX)),
        y: meanY + slope * (x - meanX),
      }),
      slope,
      span: [Math.min(...ages), Math.max(...ages)],
      start,
    }
  })
}

type Sums = Readonly<Record<'n' | 'x' | 'xx' | 'xy' | 'y' | 'yy', number>>

function prefixSums(groups: ReadonlyArray<readonly Point[]>): Sums[] {
  const sums: Sums[] = [{n: 0, x: 0, xx: 0, xy: 0, y: 0, yy: 0}]
  for (const points of groups) {
    const sum = {...sums[sums.length - 1]}
    for (const {x, y} of points) {
      sum.n++
      sum.x += x
      sum.y += y
      sum.xx += x * x
      sum.xy += x * y
      sum.yy += y * y
    }

    sums.push(sum)
  }

  return sums
}

/** Least squares. Level if all ages are equal. */
function lineOf(from: Sums, to: Sums) {
  const n = to.n - from.n
  const [meanX, meanY] = [(to.x - from.x) / n, (to.y - from.y) / n]
  const spreadX = Math.max(0, to.xx - from.xx - n * meanX ** 2)
  const together = to.xy - from.xy - n * meanX * meanY
  const isLevel = spreadX < 1e-9 * n
  const slope = isLevel ? 0 : together / spreadX
  const left = Math.max(0, to.yy - from.yy - n * meanY ** 2 - slope * together)
  return {left, meanX, meanY, n, slope, spreadX: isLevel ? 0 : spreadX}
}

/** The starts of the stretches with the least cost. */
function bestCut(sums: readonly Sums[], price: number): number[] {
  const costs = [-price]
  const starts = [0]
  for (let end = 1; end < sums.length; end++) {
    costs.push(Infinity)
    starts.push(0)
    for (let start = 0; start < end; start++) {
      const cost = costs[start] + lineOf(sums[start], sums[end]).left + price
      if (cost >= costs[end]) continue
      costs[end] = cost
      starts[end] = start
    }
  }

  const cut: number[] = []
  for (let end = sums.length - 1; end > 0; end = starts[end]) cut.unshift(starts[end])
  return cut
}

/** Standard deviation around zero, without the outliers. Not the median: the noise of a leak is that of its values. */
function deviationOf(values: readonly number[]): number {
  const squares = values.map(value => value * value).toSorted((a, b) => a - b)
  const kept = squares.slice(0, Math.ceil(squares.length * (1 - OUTLIERS)))
  return Math.sqrt(kept.reduce((sum, square) => sum + square, 0) / kept.length)
}

function residuals(
  groups: ReadonlyArray<readonly Point[]>,
  starts: readonly number[],
  sums: readonly Sums[],
): number[] {
  return starts.flatMap((start, at) => {
    const end = starts[at + 1] ?? groups.length
    const {meanX, meanY, slope} = lineOf(sums[start], sums[end])
    return groups.slice(start, end).flatMap(points => points.map(({x, y}) => y - meanY - slope * (x - meanX)))
  })
}

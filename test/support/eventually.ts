/** Repeats `ask` until it returns neither null, undefined nor false; throws an error with `what` after the deadline. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  seconds = 20,
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer as Exclude<NonNullable<T>, false>
    if (Date.now() > deadline) throw new Error(`${seconds} s passed before: ${what}`)
    await new Promise(resolve => {
      setTimeout(resolve, 25)
    })
  }
}

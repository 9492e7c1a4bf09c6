/** `web.1` → `web`, `my-worker-848cd4f64d-pvpr2` → `my-worker`: dynos of the Fir generation have no numbers. */
export function processTypeOf(dyno: string): string {
  return /^(.+?)(?:\.\d+|-[^-.]+-[^-.]+)$/.exec(dyno)?.[1] ?? dyno
}

/** Whether `--dyno` got a process type, such as `web`, rather than a dyno. */
export function isProcessType(named: string): boolean {
  return /^[a-z][\w-]*$/i.test(named) && processTypeOf(named) === named
}

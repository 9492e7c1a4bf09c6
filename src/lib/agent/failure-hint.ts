// What to do about a code that the agent gave for a dump it did not make.

type Context = {
  readonly dyno: string
  /** The flags that name the app again: ` --app shop`. */
  readonly target: string
}

/** One or two lines for a person. A code of a later agent gets the general advice. */
export function failureHint(code: string | undefined, {dyno, target}: Context): string {
  switch (code) {
    case 'busy': {
      return `Watch it arrive: heroku heapdump:list${target}`
    }

    case 'version':
    case 'unsupported': {
      return 'Agent and plugin are of different age: heroku plugins:update, and deploy once so that the buildpack updates the agent.'
    }

    case 'no_room': {
      return (
        'A larger dyno has room (heroku ps:resize; but it restarts the app, and its heap is gone), and so has one with fewer workers.\n' +
        `To dump all the same, at the risk of a killed dyno: heroku heapdump:trigger${target} --dyno ${dyno} --force`
      )
    }

    case 'too_soon': {
      return `To dump now all the same: heroku heapdump:trigger${target} --dyno ${dyno} --force`
    }

    case 'limit_reached': {
      return 'The config var HEAPDUMP_DAILY_LIMIT sets the limit (0: none); changing it restarts the dynos.'
    }

    default: {
      return `heroku logs --dyno ${dyno}${target.startsWith(' --app') ? target : ''} | grep heapdump tells more.`
    }
  }
}

// How heapdump:setup can be asked.
import {Flags, type Interfaces} from '@oclif/core'

export const SETUP_FLAGS = {
  'bucket-env': Flags.string({
    description: 'file with the AWS_ names of a bucket of your own, to set on the app in place of an add-on',
    helpValue: 'FILE',
  }),
  buildpack: Flags.string({
    description: 'URL of the heapdump buildpack, where it is not the repository of this plugin',
    helpValue: 'URL',
  }),
  'dry-run': Flags.boolean({description: 'show what would be done, and do nothing'}),
  dyno: Flags.string({
    description: "dyno to enable, as web.1, web, 'worker.*' or '*'; may be given several times (web.1)",
    helpValue: 'web.1',
    multiple: true,
  }),
  plan: Flags.string({
    default: 'bucketeer:hobbyist',
    description: 'add-on plan that brings a bucket, for an app that has none',
    helpValue: 'PLAN',
  }),
  remove: Flags.boolean({
    description: 'take away what a setup has added; the bucket and its dumps stay',
    exclusive: ['bucket-env', 'buildpack', 'dyno', 'vendor'],
  }),
  vendor: Flags.boolean({
    description: "put the agent into the app's own repository, in place of a buildpack",
    exclusive: ['buildpack'],
  }),
  yes: Flags.boolean({char: 'y', description: 'do not ask'}),
}

export type SetupFlags = Interfaces.InferredFlags<typeof SETUP_FLAGS>

// Whether a class belongs to Ruby, a framework or the app. A dump has no files for classes unless everything was traced
// since boot, so the name of the outermost module decides. An unknown name counts as the app's, which is what the user
// wants to see.

const CORE = new Set(
  (
    'Object BasicObject Kernel Class Module Comparable Enumerable Array Hash String Symbol Integer Float Rational Complex Numeric NilClass TrueClass FalseClass ' +
    'Proc Method UnboundMethod Binding Range Regexp MatchData Struct Data Set SortedSet Enumerator Thread ThreadGroup Fiber Ractor Queue SizedQueue Mutex Monitor ' +
    'ConditionVariable Process Signal IO File Dir Time Date DateTime Random Exception StandardError Encoding ObjectSpace GC RubyVM TracePoint Marshal Warning ' +
    'StringIO StringScanner Pathname Tempfile Delegator SimpleDelegator WeakRef OpenStruct BigDecimal Timeout Singleton Observable MonitorMixin Refinement Errno Math ' +
    'ARGF ENV FileTest Etc RbConfig DidYouMean ErrorHighlight SyntaxSuggest Gem Bundler IRB Reline Ripper Prism Coverage Socket BasicSocket TCPSocket TCPServer UNIXSocket ' +
    'UNIXServer Addrinfo Zlib Digest OpenSSL Net URI JSON Psych YAML ERB CSV Logger Benchmark SecureRandom Base64 Shellwords Forwardable FileUtils Find Open3 Tsort TSort ' +
    'OptionParser PP PrettyPrint Abbrev IPAddr Resolv CGI WEBrick Racc REXML Rake Minitest Test RDoc Fiddle Readline Syslog PTY Nkf DRb Rinda'
  ).split(' '),
)

const FRAMEWORKS = new Set(
  (
    'Rails ActiveRecord ActiveSupport ActiveModel ActionController ActionDispatch ActionView ActionMailer ActionCable ActionText ActionMailbox ActiveJob ActiveStorage ' +
    'AbstractController Arel Mime SQLite3 PG PGconn Mysql2 Trilogy Rack Puma Unicorn Thin Passenger Falcon Async Sidekiq Resque DelayedJob Delayed GoodJob SolidQueue ' +
    'SolidCache Que Shoryuken Sinatra Hanami Roda Grape Padrino Rodauth Dry ROM Sequel Concurrent I18n TZInfo Zeitwerk Bootsnap Spring Listen Nokogiri Loofah Mail ' +
    'MIME Sprockets Propshaft Sass SassC Haml Slim Temple Tilt Erubi ERubis Erubis Devise Warden OmniAuth OAuth2 JWT Redis RedisClient Dalli ConnectionPool Faraday HTTP ' +
    'HTTPX Excon Typhoeus Ethon HTTParty RestClient Aws Seahorse Google GraphQL Kaminari WillPaginate Pagy Builder MultiJson Oj MessagePack Msgpack NewRelic Datadog ' +
    'Sentry Raven Bugsnag Honeybadger Skylight Scout ScoutApm Appsignal OpenTelemetry Prometheus StatsD Judoscale RackAttack Thor Money Addressable PublicSuffix ' +
    'Globalize GlobalID GlobalId Websocket WebSocket Nio NIO EventMachine Turbo Stimulus Importmap Marcel MiniMime Method_source MethodSource Pry Byebug CarrierWave ' +
    'Shrine Paperclip ImageProcessing MiniMagick Chartkick Ransack Pundit CanCan RSpec FactoryBot Faker Capybara'
  ).split(' '),
)

export type NameOrigin = 'core' | 'framework' | 'app'

/**
 * `ActiveRecord::Base` → framework, `Hash` → core, `Shop::Cart` → app. Names of anonymous modules (`#<Class:0x…>`)
 * count as core.
 */
export function originOfName(name: string): NameOrigin {
  const outermost = /^\w+/.exec(name)?.[0]
  if (outermost === undefined || CORE.has(outermost)) return 'core'
  return FRAMEWORKS.has(outermost) ? 'framework' : 'app'
}

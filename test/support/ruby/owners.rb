# Keeps one object in each of the ways in which apps leak, dumps the heap to stdout, and prints to stderr, as JSON, what
# it kept where: {name: {address:, …}} of the kept objects and their holders.
require 'json'
require 'objspace'

ObjectSpace.trace_object_allocations_start

def address(object)
  JSON.parse(ObjectSpace.dump(object)).fetch('address')
end

class Session
  @by_token = {}
  class << self
    attr_reader :by_token
  end
end

module Catalogue
  PRICES = []
end

class Worker
  def self.start(ready)
    Thread.new do
      Thread.current[:request] = Payload.new
      ready << true
      Thread.stop
    end
  end
end

class Payload
  def initialize
    @text = 'payload ' * 500
  end
end

class Callbacks
  LIST = []
  def self.register(payload)
    LIST << -> { payload }
  end
end

class Registry
  CLASSES = []
end

module Promotion
  CURRENT = Object.new
end

class Link
  attr_accessor :following
end

class Chain
  class << self
    attr_accessor :head
  end
end

class Temporary
  FINALIZED = Object.new
end

def finalizer(payload)
  proc { payload }
end

# One method each: a block keeps all local variables around it, so a shared method would make one closure hold all
# objects.
def keep_session
  Session.by_token['token'] = Payload.new
  { address: address(Session.by_token['token']), holder: address(Session.by_token), owner: address(Session) }
end

def keep_price
  Catalogue::PRICES << Payload.new
  { address: address(Catalogue::PRICES.last), holder: address(Catalogue::PRICES), owner: address(Catalogue) }
end

def keep_local
  ready = Queue.new
  thread = Worker.start(ready)
  ready.pop
  { address: address(thread[:request]), holder: address(thread), owner: address(thread) }
end

def keep_finalized
  payload = Payload.new
  handler = finalizer(payload)
  ObjectSpace.define_finalizer(Temporary::FINALIZED, handler)
  { address: address(payload), holder: address(handler) }
end

def keep_captured
  payload = Payload.new
  Callbacks.register(payload)
  { address: address(payload), holder: address(Callbacks::LIST.last), owner: address(Callbacks) }
end

def keep_registered
  anonymous = Class.new { @payload = Payload.new }
  Registry::CLASSES << anonymous
  { address: address(anonymous.instance_variable_get(:@payload)), holder: address(anonymous), owner: address(Registry) }
end

def keep_attached
  singleton = Promotion::CURRENT.singleton_class
  singleton.instance_variable_set(:@payload, Payload.new)
  { address: address(singleton.instance_variable_get(:@payload)), holder: address(singleton), owner: address(Promotion) }
end

def keep_chain(length)
  last = link = Link.new
  (length - 1).times do
    before = Link.new
    before.following = link
    link = before
  end
  Chain.head = link
  { address: address(last), holder: address(link), owner: address(Chain) }
end

kept = {
  attached: keep_attached, captured: keep_captured, chain: keep_chain(Integer(ARGV.fetch(0))), finalized: keep_finalized,
  price: keep_price, registered: keep_registered, session: keep_session
}
kept[:local] = keep_local unless RUBY_PLATFORM.include?('wasm') # which has no threads
# Overwrites leftover references to these objects on the stack.
def deep(levels)
  levels.zero? ? nil : deep(levels - 1)
end
deep(500)
GC.start
warn JSON.generate(kept)
ObjectSpace.dump_all(output: $stdout)

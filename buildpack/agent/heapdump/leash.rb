# frozen_string_literal: true

require 'fcntl'
require_relative 'descriptors'

module Heapdump
  # Ends a forked child as soon as this process closes its end, or dies: the kernel itself sends SIGKILL, so it works on
  # a child that hangs in C code. The child obeys from when it says so.
  class Leash
    # fcntl(2) of Linux, on every architecture that Ruby runs on there.
    F_SETOWN = 8
    F_SETSIG = 10
    O_ASYNC = 0o20000

    # The child's end, which it must keep open.
    attr_reader :worn

    def initialize
      @worn, @held = IO.pipe
      [@worn, @held].each { |io| Descriptors.own(io) }
    end

    # In the parent, after the fork.
    def hold
      Descriptors.close(@worn)
    end

    def close
      [@worn, @held].each { |io| Descriptors.close(io) }
    end

    # In the child, which has closed its copy of the parent's end.
    def obey
      @worn.fcntl(F_SETOWN, Process.pid)
      @worn.fcntl(F_SETSIG, Signal.list['KILL'])
      @worn.fcntl(Fcntl::F_SETFL, @worn.fcntl(Fcntl::F_GETFL) | O_ASYNC)
      exit! if IO.select([@worn], nil, nil, 0) # closed before
    rescue SystemCallError
      nil # not Linux
    end
  end
end

# frozen_string_literal: true

module Heapdump
  # The dumping child has not written a byte for so long that it never will: a fork beside a busy Ractor can deadlock in Ruby itself. Only who
  # reads the pipe can tell that from a child that waits because the pipe is full.
  class Silence < StandardError
    SECONDS = 30
  end
end

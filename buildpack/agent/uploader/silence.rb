# frozen_string_literal: true

module Heapdump
  # The dump child has written nothing for so long that it never will: a fork next to a busy Ractor can deadlock inside
  # Ruby. Only the reader of the pipe can tell that from a child that waits because the pipe is full.
  class Silence < StandardError
    SECONDS = 30
  end
end

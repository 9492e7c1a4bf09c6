# frozen_string_literal: true

module Heapdump
  # A part of the memory record on its way to the uploader: a line with its name, its text, and a zero byte. The reader
  # ignores a part without its zero byte: whoever wrote it was killed.
  module MemorySection
    FINISH = "\0"

    class << self
      def write(pipe, name, text)
        around(pipe, name) { pipe.write(text) }
      end

      # The block writes the text.
      def around(pipe, name)
        pipe.write("#{name}\n")
        yield
      ensure
        pipe.write(FINISH)
      end
    end
  end
end

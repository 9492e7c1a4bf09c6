# encoding: BINARY
# frozen_string_literal: true

require 'digest'
require 'securerandom'
require_relative 'sql_shape'

module Heapdump
  # Redacts a dump while its blocks stream through: every `value` (of strings, of symbols created at run time, of
  # floats) becomes «16 hex digits» of the SHA-256 of a salt and the value. Equal values stay equal, so duplicates can
  # still be found. The salt is random for each dump and discarded with this object, so values cannot be guessed and
  # checked. Sizes, classes, references and code locations stay, and so do the keywords of SQL statements, see SqlShape.
  #
  # Never holds more than a block and LONGEST_HELD, however long a line or string is: a longer value is fed to its hash
  # as it arrives.
  class Redactor
    HEAD = '"value":"'.b.freeze
    INSIDE = /[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+/n.freeze # the inside of a JSON string, which may be cut off
    VALUE = /"value":"\K#{INSIDE.source}(?=")/n.freeze
    CLOSED = /\G"value":"#{INSIDE.source}"/n.freeze
    LONGEST_HELD = 1 << 17 # twice SqlShape's longest statement
    # Half the values of a heap occur many times, and hashing a value costs ten times as much as a cache hit.
    LONGEST_CACHED = 64 # bytes
    MOST_CACHED = 2_000 # with ten times as many, Ruby's GC costs more than the cache saves

    def initialize(salt = SecureRandom.bytes(16))
      @salt = salt.b
      @shape = SqlShape.new(@salt)
      @sha = Digest::SHA256.new
      @marks = Hash.new { |marks, value| redacted(value).tap { |mark| cache(marks, value, mark) } }
      @held = ''.b
      @digest = nil
      @escape = nil
    end

    # Error messages must not show its contents.
    def inspect
      "#<#{self.class}>"
    end

    # block: bytes of a dump, cut anywhere; this changes it. → bytes without any part of a value.
    def add(block)
      output = ''.b
      block = skip(block, output) if @digest
      return output if block.empty?

      text = @held << block
      text.gsub!(VALUE, @marks)
      hold_back(text, output)
    end

    # → the rest of these lines; others may follow. A value that breaks off here (the dump is incomplete and will be
    # discarded) is redacted too. At the end of a line, nothing does: what looks like it is part of a file name.
    def finish
      return mark(@digest.hexdigest[0, 16]) if @digest

      text = @held
      @held = ''.b
      at = text.end_with?("\n") ? nil : open_head(text)
      at ? "#{text.byteslice(0, at)}#{HEAD}".b : text
    end

    private

    # Outputs what cannot be part of a value, and keeps the rest for the next block.
    def hold_back(text, output)
      from = open_head(text) || [text.bytesize - HEAD.bytesize + 1, 0].max
      rest = text.slice!(from, text.bytesize)
      output.empty? ? output = text : output << text
      @held = ''.b
      if rest.bytesize < LONGEST_HELD
        @held << rest
        return output
      end

      output << HEAD
      @digest = Digest::SHA256.new << @salt
      left = skip(rest.byteslice(HEAD.bytesize, rest.bytesize), output)
      # If something is left, this was no value, which would have matched, but a file name with such text, which Ruby
      # writes unescaped.
      left.empty? ? output : output << add(left)
    end

    # Where a value starts that does not end in this text, or nil.
    def open_head(text)
      at = text.rindex(HEAD)
      at && !text.match?(CLOSED, at) ? at : nil
    end

    # Inside a value too long to hold: hashes it. → what follows its end, '' if the end has not arrived yet.
    def skip(block, output)
      block = @escape + block if @escape
      @escape = nil
      inside = INSIDE.match(block)[0].bytesize
      @digest << block.byteslice(0, inside)
      rest = block.byteslice(inside, block.bytesize - inside)
      if rest.empty? || rest == '\\'
        @escape = '\\'.b unless rest.empty?
        return ''.b
      end

      output << mark(@digest.hexdigest[0, 16])
      @digest = nil
      rest
    end

    def cache(marks, value, mark)
      return if value.bytesize > LONGEST_CACHED

      marks.clear if marks.size >= MOST_CACHED
      marks[value.freeze] = mark
    end

    def redacted(value)
      digits = (@sha << @salt << value).digest!.unpack1('H16') # twice as fast as hexdigest![0, 16]
      shape = @shape.of(value) if SqlShape.candidate?(value)
      shape ? "#{shape} /*#{mark(digits)}*/" : mark(digits)
    end

    def mark(digits)
      "«#{digits}»"
    end
  end
end

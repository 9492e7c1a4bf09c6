# encoding: BINARY
# frozen_string_literal: true

require 'digest'
require 'securerandom'
require_relative 'sql_shape'

module Heapdump
  # Takes the app's strings out of a dump as its blocks go by: every `value` (of strings, of symbols made at run time, of floats)
  # becomes «16 hex digits» of SHA-256 of a salt and the value. Equal values stay equal, so what is there twice is still seen; the
  # salt is drawn for each dump and thrown away with this object, so nobody can try out which password it was. Sizes, classes, references
  # and places in the code stay. Of SQL statements the keywords stay too, see SqlShape.
  #
  # Never holds more than a block and LONGEST_HELD, whatever the length of a line or a string: what is longer is hashed in passing.
  class Redactor
    HEAD = '"value":"'.b.freeze
    INSIDE = /[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+/n.freeze # of a JSON string, as far as it goes
    VALUE = /"value":"\K#{INSIDE.source}(?=")/n.freeze
    CLOSED = /\G"value":"#{INSIDE.source}"/n.freeze
    LONGEST_HELD = 1 << 17 # twice the longest statement whose shape is kept
    # Half of a heap's values are there many times; hashing one costs ten times as much as knowing it.
    LONGEST_KNOWN = 64 # bytes
    KNOWN = 2_000 # with ten times as many, Ruby's own collections cost more than they save

    def initialize(salt = SecureRandom.bytes(16))
      @salt = salt.b
      @shape = SqlShape.new(@salt)
      @sha = Digest::SHA256.new
      @marks = Hash.new { |marks, value| redacted(value).tap { |mark| know(marks, value, mark) } }
      @held = ''.b
      @digest = nil
      @escape = nil
    end

    # What it holds is not for error messages.
    def inspect
      "#<#{self.class}>"
    end

    # block: bytes of a dump, cut anywhere. → bytes, none of which are of a value. The block itself is changed.
    def add(block)
      output = ''.b
      block = skip(block, output) if @digest
      return output if block.empty?

      text = @held << block
      text.gsub!(VALUE, @marks)
      hold_back(text, output)
    end

    # → the rest. A value that breaks off here (the dump is not whole, and will not be kept) stays out all the same.
    def finish
      return mark(@digest.hexdigest[0, 16]) if @digest

      at = open_head(@held)
      at ? "#{@held.byteslice(0, at)}#{HEAD}".b : @held
    end

    private

    # Gives out what can not be part of a value, and keeps the rest for the next block.
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
      # Not a value's end, which would have been seen: a file name with all of this in it, which Ruby writes as it is.
      left.empty? ? output : output << add(left)
    end

    # Where a value begins that does not end in this text, or nil.
    def open_head(text)
      at = text.rindex(HEAD)
      at && !text.match?(CLOSED, at) ? at : nil
    end

    # Within a value that is too long to be held: hashes it, → what comes after its end, '' if that is not here yet.
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

    def know(marks, value, mark)
      return if value.bytesize > LONGEST_KNOWN

      marks.clear if marks.size >= KNOWN
      marks[value.freeze] = mark
    end

    def redacted(value)
      digits = (@sha << @salt << value).digest!.unpack1('H16') # half the price of hexdigest![0, 16]
      shape = @shape.of(value) if SqlShape.candidate?(value)
      shape ? "#{shape} /*#{mark(digits)}*/" : mark(digits)
    end

    def mark(digits)
      "«#{digits}»"
    end
  end
end

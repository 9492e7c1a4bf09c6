# frozen_string_literal: true

require_relative 'log'
require_relative 'private_file'

module Heapdump
  # A process's history in a file of the rendezvous, so that the leader can read it however busy the process is. One
  # point is one line of numbers; the first line has the version of the format, the boot time and the GC count at boot.
  #
  # On a full or read-only disk the history is only in memory, and written again when that is possible.
  class HistoryFile
    VERSION = 1
    MOST_BYTES = 65_536
    LINE = /\A(?:(?:\d{1,15}|-) ){9}(?:\d{1,15}|-)\z/.freeze

    # boot: numbers for the first line.
    def initialize(path, boot)
      @path = path
      @first = line([VERSION, *boot])
      @whole = false # whether the file has all points so far
    end

    # Yields if the file has to be written anew, for all rows.
    def add(row)
      return replace(yield) unless @whole

      guarded { File.open(@path, File::WRONLY | File::APPEND) { |file| file.write(line(row)) } }
    end

    def replace(rows)
      guarded { PrivateFile.replace(@path, rows.reduce(@first.dup) { |text, row| text << line(row) }) }
    end

    # → {'boot', 'gc', 'columns'}, or nil: no file, or not one of ours. Skips damaged lines.
    def self.read(path, names)
      return nil if File.size(path) > MOST_BYTES

      first, *lines = File.read(path, encoding: Encoding::BINARY).split("\n")
      version, boot, gc = first.to_s.split.map(&:to_i)
      return nil unless version == VERSION && boot && gc

      {'boot' => boot, 'gc' => gc, 'columns' => columns(rising(lines.grep(LINE)), names)}
    rescue SystemCallError
      nil
    end

    class << self
      private

      def rising(lines)
        last = -1
        lines.select { |text| (at = text.to_i) > last && (last = at) }
      end

      def columns(lines, names)
        rows = lines.map { |text| text.split(' ').map { |value| value == '-' ? nil : value.to_i } }
        names.each_with_index.to_h { |name, index| [name, rows.map { |row| row[index] }] }
      end
    end

    private

    def line(numbers)
      "#{numbers.map { |number| number || '-' }.join(' ')}\n"
    end

    # A line that was cut off would spoil the next one, so after a failure the whole file is written.
    def guarded
      yield
      @whole = true
    rescue SystemCallError, IOError => error
      @whole = false
      Log.once(:history_file, "cannot save the history of process #{Process.pid}: #{error.class}")
    end
  end
end

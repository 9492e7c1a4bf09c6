# frozen_string_literal: true

require 'json'
require 'stringio'
require 'zlib'
require_relative '../heapdump/clock'
require_relative '../heapdump/memory_section'
require_relative 'mappings'

module Heapdump
  # The memory record of a dump (docs/protocol.md), from its parts: the process sends what the kernel knows about it, and
  # its dump child, once the dump is complete, what allocator and VM say. Any part may be missing; the record says why.
  class MemoryRecord
    VERSION = 1
    SECONDS = 5 # for the dump child, after the dump; usually it needs a fifth of a second
    MOST_BYTES = 48 << 20 # 65,000 mappings, which is Linux's limit; usually 1 MB
    STATUS = {'rss' => 'VmRSS', 'anon' => 'RssAnon', 'file' => 'RssFile', 'shmem' => 'RssShmem', 'swap' => 'VmSwap', 'peak' => 'VmHWM'}.freeze
    NO_ANSWER = {
      'LoadError' => 'Ruby cannot load Fiddle, with which the allocator is asked',
      nil => 'the dump child ended before it answered'
    }.freeze

    # Reads in its own thread: parts come at any time, and the sender must not wait.
    def initialize(pipe)
      @pipe = pipe
      @text = ''.b
      @thread = Thread.new { read }
      @thread.report_on_exception = false
    end

    # Call when the dump is stored. → the document
    def finish
      @late = @thread.join(SECONDS).nil?
      @thread.kill.join
      @parts = parts
      {'v' => VERSION, 'pageBytes' => page_bytes, 'status' => status, 'maps' => maps, 'allocator' => allocator, 'vm' => virtual_machine,
       'settings' => answer('settings'), 'extensions' => extensions}.compact
    end

    def self.compress(document)
      output = StringIO.new(''.b)
      Zlib::GzipWriter.wrap(output) { |gzip| gzip.write(JSON.generate(document)) }
      output.string
    end

    # The numbers that the list of dumps shows, for the key of the facts.
    def self.facts(document)
      machine, allocator = document.values_at('vm', 'allocator')
      gc, compiler = machine.values_at('gc', 'yjit') if machine
      before, after = allocator['trim'].values_at('before', 'after') if allocator && allocator['trim']
      {
        'heapbytes' => gc && gc['heap_allocated_pages'] * machine['heapPageBytes'],
        'mallocfree' => before && after && [before - after, 0].max,
        'jitbytes' => compiler && compiler['enabled'] && compiler.values_at('code_region_size', 'yjit_alloc_size').compact.sum,
        'stackbytes' => machine && machine['threads'] && machine['threads'].sum { |thread| thread['residentBytes'] }
      }.select { |_, value| value }
    end

    private

    def read
      @text << @pipe.readpartial(65_536) while @text.bytesize <= MOST_BYTES
    rescue EOFError
      nil
    end

    # A part without its end was cut off.
    def parts
      complete = @text[0, @text.rindex(MemorySection::FINISH) || 0]
      complete.split(MemorySection::FINISH).to_h { |part| part.split("\n", 2) }
    end

    # → what the dump child answered, or nil
    def answer(name)
      @parts[name] && JSON.parse(@parts[name])
    rescue JSON::ParserError
      nil
    end

    # Why there is no answer. The parts have only the class of an exception, because its message may be the app's.
    def reason(name)
      error = @parts["#{name} error"] || @parts['inside error']
      return "the dump child did not answer within #{SECONDS} s" if @late && error.nil?

      NO_ANSWER.fetch(error) { "the dump child failed: #{error[/\A[\w:]{1,80}\z/]}" }
    end

    def unreadable(name)
      error = @parts["#{name} error"]
      error ? "/proc/PID/#{name} cannot be read: #{error[/\A[\w:]{1,80}\z/]}" : "/proc/PID/#{name} is missing"
    end

    def status
      text = @parts['status']
      return {'error' => unreadable('status')} unless text && !text.empty?

      sizes = STATUS.transform_values { |field| text[/^#{field}:\s+(\d+) kB/, 1]&.to_i&.*(1024) }
      sizes.merge('threads' => text[/^Threads:\s+(\d+)/, 1].to_i).compact
    end

    def maps
      text = @parts['smaps']
      return {'error' => unreadable('smaps')} if text.nil? || text.empty? || @parts.key?('smaps error')

      @maps = Mappings.new(text).to_h
    end

    def page_bytes
      kilobytes = @parts['smaps'].to_s[/^KernelPageSize:\s+(\d+) kB/, 1]
      kilobytes && (kilobytes.to_i * 1024)
    end

    def allocator
      counters = answer('allocator')
      return {'error' => reason('allocator')} unless counters

      trim = answer('trim')
      counters.merge(trim.nil? ? {'error' => reason('trim')} : {}, trim.to_h.empty? ? {} : {'trim' => trim})
    end

    def virtual_machine
      machine = answer('vm')
      return {'error' => reason('vm')} unless machine

      machine.merge('threads' => answer('stacks')).compact
    end

    def extensions
      answer('extensions')&.map do |extension|
        extension.merge('file' => @maps && @maps['names'].index(extension['file'])).compact
      end
    end
  end
end

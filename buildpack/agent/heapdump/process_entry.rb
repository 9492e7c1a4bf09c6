# frozen_string_literal: true

module Heapdump
  # What the kernel knows about a process of this dyno. The leader reads /proc instead of asking the process, which may
  # be too busy to answer. (Without /proc, on a Mac, it runs ps.)
  class ProcessEntry
    attr_reader :pid

    def initialize(pid)
      @pid = pid
      @title = nil
    end

    def alive?
      Process.kill(0, pid)
      state != 'Z'
    rescue Errno::ESRCH
      false
    rescue Errno::EPERM
      true
    end

    def rss_bytes
      (status_field('VmRSS') || ps('rss')).to_i * 1024
    end

    # Memory with shared pages counted by their share; nil if the kernel does not count it.
    def pss_bytes
      kilobytes = File.read("/proc/#{pid}/smaps_rollup", encoding: Encoding::BINARY)[/^Pss:\s+(\d+) kB/, 1]
      kilobytes && (kilobytes.to_i * 1024)
    rescue SystemCallError
      nil
    end

    # nil without /proc.
    def uptime_seconds
      # The name is in parentheses and may contain anything. The 20th field after it is the start time in 1/100 s.
      ticks = File.read("/proc/#{pid}/stat", encoding: Encoding::BINARY).rpartition(')').last.split[19].to_i
      (File.read('/proc/uptime').to_f - (ticks / 100.0)).round
    rescue SystemCallError
      nil
    end

    def parent_pid
      (status_field('PPid') || ps('ppid')).to_i
    end

    # Servers set their own titles: Puma "puma: cluster worker 0: 7 [app]", Unicorn "unicorn worker[0] -c …", Pitchfork
    # "pitchfork (gen:0) worker[0]", Sidekiq "sidekiq 6.5 app […]".
    def name
      case title
      when /\Apuma: cluster worker (\d+)/ then "puma worker #{Regexp.last_match(1)}"
      when /\A(?:\S*\/)?(unicorn|pitchfork)(?:_rails)?(?: \(gen:\d+\))? worker\[(\d+)\]/
        "#{Regexp.last_match(1)} worker #{Regexp.last_match(2)}"
      when /\A(puma|unicorn|sidekiq|resque|good_job|delayed_job)\b/ then Regexp.last_match(1)
      else program
      end
    end

    def worker?
      name.include?(' worker ')
    end

    private

    # "ruby -W0 /app/bin/rails server" is "rails": the interpreter and its options do not matter.
    def program
      words = title.split(' ')
      words.shift if words.first.to_s.match?(/(\A|\/)ruby[\d.]*\z/)
      word = words.find { |candidate| !candidate.start_with?('-') } || 'ruby'
      File.basename(word).gsub(/[^\w.-]/, '_')[0, 40]
    end

    def title
      @title ||= begin
        File.binread("/proc/#{pid}/cmdline").tr("\0", ' ').strip
      rescue SystemCallError
        ps('command')
      end.force_encoding(Encoding::UTF_8).scrub('_')
    end

    def state
      status_field('State') || ps('stat')[0]
    end

    def status_field(field)
      File.foreach("/proc/#{pid}/status", encoding: Encoding::BINARY) do |line|
        return line.split(/\s+/)[1] if line.start_with?("#{field}:")
      end
      nil
    rescue SystemCallError
      nil
    end

    def ps(column)
      return '' if File.directory?('/proc/self')

      IO.popen(['ps', '-o', "#{column}=", '-p', pid.to_s], &:read).to_s.strip
    rescue SystemCallError
      ''
    end
  end
end

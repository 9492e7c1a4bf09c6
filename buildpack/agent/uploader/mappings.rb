# frozen_string_literal: true

module Heapdump
  # /proc/PID/smaps in rows: one for each anonymous mapping, whose addresses matter, and one for all mappings of a file
  # with the same permissions.
  class Mappings
    FIELDS = {'rss' => 'Rss', 'pss' => 'Pss', 'sharedClean' => 'Shared_Clean', 'sharedDirty' => 'Shared_Dirty',
              'privateClean' => 'Private_Clean', 'privateDirty' => 'Private_Dirty', 'swap' => 'Swap', 'hugePages' => 'AnonHugePages',
              'anonymous' => 'Anonymous'}.freeze
    COLUMNS = (%w[start bytes perms name] + FIELDS.keys).freeze
    NUMBERS = (COLUMNS.index('name') + 1..COLUMNS.size - 1).freeze
    PROGRAM = %r{^\h+-\h+ ..x. \h+ \h+:\h+ [1-9]\d* +(/.*)$}n.freeze
    HEADER = /^(\h+)-(\h+) ([rwxsp-]{4}) \h+ \h+:\h+ \d+ *(.*)$/n.freeze
    SIZE = /^(\w+):\s+(\d+) kB/n.freeze
    MOST_ROWS = 8000 # those with the most memory; 100 kB compressed
    LONGEST_NAME = 200
    ANONYMOUS = -1
    # Static variables that are zero at first: an anonymous mapping right behind its library's. Ruby's heap pages may be
    # mapped there too, in pieces of this size, and their addresses matter.
    HEAP_PAGE_BYTES = 64 << 10
    LIBRARY = /\.so(\.[\w.-]+)?\z/.freeze
    SPECIAL = /\A\[(heap|stack|vdso|vvar|vvar_vclock|vsyscall|uprobes)\]\z/.freeze
    # Endings that say what a file is. Any other could be a part of a name.
    KINDS = %w[bin cache dat data db gguf gz idx index jar json lmdb log mdb mmap mmdb mo onnx parquet pdf sqlite sqlite3 tmp ttf txt zip].freeze
    # Names that Ruby and glibc give to anonymous mappings.
    NAMED = /\A\[anon: ?(Ruby|glibc|jemalloc)[ -~]{0,60}\]\z/.freeze

    def initialize(text)
      @text = text
      @names = []
      @indexes = {}
      @programs = @text.scan(PROGRAM).flatten.uniq
    end

    def to_h
      rows = fold(read)
      kept = rows.max_by(MOST_ROWS) { |row| row[COLUMNS.index('rss')] }.sort
      rest = rows - kept
      {'names' => @names, 'columns' => COLUMNS, 'rows' => kept}.merge(rest.empty? ? {} : {'rest' => total(rest)})
    end

    private

    def read
      finish = name = nil
      @text.split(/^(?=\h+-\h+ )/n).map do |entry|
        start, finish_now, perms, path = HEADER.match(entry)&.captures
        next unless start

        start, finish_now = start.hex, finish_now.hex
        name = static?(path, perms, start, finish_now, finish, name) ? name : index(path)
        finish = finish_now
        sizes = entry.scan(SIZE).to_h
        [start, finish - start, perms, name, *FIELDS.each_value.map { |field| sizes[field].to_i }]
      end.compact
    end

    def static?(path, perms, start, finish, last_finish, last_name)
      path.empty? && perms == 'rw-p' && start == last_finish && finish - start < HEAP_PAGE_BYTES &&
        last_name && last_name != ANONYMOUS && @names[last_name].start_with?('/')
    end

    def index(path)
      @indexes[path] ||= begin
        name = name_of(path)
        name.nil? ? ANONYMOUS : @names.index(name) || @names.push(name).size - 1
      end
    end

    # The paths of libraries and programs come from the code. Any other file's may come from data, so only its kind stays.
    def name_of(path)
      path = path.delete_suffix(' (deleted)')
      case path
      when '', NAMED, SPECIAL then path.empty? ? nil : path
      when /\A\[/ then nil
      when LIBRARY, *@programs then path[0, LONGEST_NAME]
      when %r{\A/(memfd:|SYSV|dev/zero|dev/shm/)} then '[shared]'
      else kind_of_file(path[/\.(\w+)\z/n, 1])
      end
    end

    def kind_of_file(ending)
      KINDS.include?(ending) ? "[file.#{ending}]" : '[file]'
    end

    # Columns are positions: start, bytes, perms, name, numbers.
    def fold(rows)
      alone, files = rows.partition { |row| row[3] == ANONYMOUS || !@names[row[3]].start_with?('/', '[file', '[shared') }
      folded = files.group_by { |row| [row[3], row[2]] }.map do |(name, perms), group|
        [group.first[0], group.sum { |row| row[1] }, perms, name, *sums(group)]
      end
      alone + folded
    end

    def sums(rows)
      NUMBERS.map { |column| rows.sum { |row| row[column] } }
    end

    def total(rows)
      {'rows' => rows.size, 'bytes' => rows.sum { |row| row[1] }}.merge(FIELDS.keys.zip(sums(rows)).to_h)
    end
  end
end

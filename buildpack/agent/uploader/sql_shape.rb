# encoding: BINARY
# frozen_string_literal: true

require 'digest'

module Heapdump
  # What may be kept of a SQL statement: its keywords, its placeholders, its punctuation, and quoted names where only the name of a table
  # or column can stand. That is an allow-list: whatever is not on it goes, be it a literal, a comment, a bare word, or a text that only
  # begins like SQL.
  #
  #   SELECT "users".* FROM "users" WHERE "users"."email" = 'ann@example.com' LIMIT 20
  #   SELECT "users".* FROM "users" WHERE "users"."email" = '«3fa2c1»' LIMIT '«b07e44»'
  #
  # Literals become salted hashes of their own, so that it still shows which of them differ between statements of one shape. A list of
  # literals is one of them.
  class SqlShape
    LONGEST = 65_536
    SHORTEST = 14 # DELETE FROM "a"
    # ActiveRecord's statement cache writes the schema search path before the statement: "$user", public-SELECT …
    SEARCH_PATH = /\A(?>[\w"$, \\]{1,80})-/n.freeze # atomic: every string of the heap is asked
    HEAD = %r{\A(?:(?>[\w"$, \\]{1,80})-)?[\s(]*(?:/\*.*?\*/\s*)?(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH)\b}mni.freeze
    BODY = /\b(?:FROM|INTO|SET)\b/ni.freeze
    TOKEN = %r{
      (?<gap>\s+|--[^\n]*|/\*.*?\*/)
      |(?<literal>'(?:[^']|'')*'|\$(?<tag>[A-Za-z_]\w*)?\$.*?\$\k<tag>\$|\$\$.*?\$\$|\d[\w.]*)
      |(?<place>\$\d{1,5}|\?)
      |(?<name>"[^"]*"|`[^`]*`)
      |(?<word>[A-Za-z_\x80-\xff][\w\x80-\xff]*)
      |(?<mark>::|<=|>=|<>|!=|\|\||->>|->|[-+*/<>=~!@\#%^&|,.();:\[\]])
    }mnx.freeze
    KINDS = %i[gap literal place name word mark].freeze
    NAME = /\A["`][A-Za-z_]\w{0,62}["`]\z/n.freeze
    NAMES_FOLLOW = %w[FROM JOIN INTO UPDATE AS].freeze
    COMPARISONS = %w[= < > <= >= <> != + - * / || ~ % LIKE ILIKE].freeze
    KEYWORDS = %w[
      ALL AND ANY ARRAY AS ASC AVG BETWEEN BY CASE CAST COALESCE CONFLICT COUNT CROSS DEFAULT DELETE DESC DISTINCT DO ELSE END EXCEPT
      EXISTS FALSE FETCH FIRST FOR FROM FULL GROUP HAVING ILIKE IN INNER INSERT INTERSECT INTO IS JOIN KEY LAST LATERAL LEFT LIKE LIMIT
      LOCKED LOWER MAX MIN NEXT NO NOT NOTHING NOW NOWAIT NULL NULLS OFFSET ON ONLY OR ORDER OUTER OVER PARTITION RECURSIVE RETURNING RIGHT
      ROWS SELECT SET SHARE SKIP SUM THEN TRUE UNION UPDATE UPPER USING VALUES WHEN WHERE WITH
    ].freeze
    WORD = '«w»'.b.freeze

    LITERAL = /'(?:[^']|'')*'|(?<![\w$])\d+(?:\.\d+)?/n.freeze
    LITERALS = /(?:#{LITERAL.source})(?:\s*,\s*(?:#{LITERAL.source}))*/n.freeze # a list is one
    # What may hold an apostrophe and is no literal; an operator or comment of some databases that makes that uncertain.
    ASIDE = %r{"[^"]*"|`[^`]*`|--[^\n]*|/\*.*?\*/|\$\$.*?\$\$|\$(?<tag>[A-Za-z_]\w*)\$.*?\$\k<tag>\$}mn.freeze
    FOLDED = /#{ASIDE.source}|(?<literals>#{LITERALS.source})/mn.freeze
    UNCERTAIN = %r{[\\\0\#]|/\*(?:(?!\*/).)*/\*}mn.freeze
    SLOT = /\0(\d+)\0/n.freeze
    TEMPLATES = 2_000

    # Cheap: asked of every string of a heap.
    def self.candidate?(value)
      value.bytesize.between?(SHORTEST, LONGEST) && HEAD.match?(value)
    end

    def initialize(salt)
      @salt = salt
      @templates = {}
    end

    # value: as it stands in the dump, JSON's escapes included. → the same of the shape, or nil: not SQL, or not for certain.
    #
    # Thousands of statements have few shapes, so literals are set aside first and what is left is looked up. What they are is decided by
    # the reading of the rest alone: a wrong guess here hides more, and never less.
    def of(value)
      value = value.sub(SEARCH_PATH, '')
      text = value.include?('\\') ? value.gsub('\\"', '"').gsub('\\n', "\n").gsub('\\t', ' ') : value
      # A backslash may escape a quote, # may begin a comment, comments may nest, depending on the database: where it is not certain what
      # is literal, nothing is kept.
      return nil if UNCERTAIN.match?(text)

      literals = []
      template = text.gsub(FOLDED) { |found| Regexp.last_match[:literals] ? "'\0#{literals.push(found).size - 1}\0'" : found }
      shape = shape_of(template)
      shape && shape.gsub(SLOT) { hashed(literals[Regexp.last_match(1).to_i]) }
    end

    private

    def shape_of(template)
      @templates.clear if @templates.size > TEMPLATES
      @templates.fetch(template) do
        tokens = BODY.match?(template) ? read(template) : nil
        @templates[template] = tokens && write(tokens).gsub('"', '\\"')
      end
    end

    # → [[kind, text], …] without gaps, or nil when something is no token: an open quote, for example.
    def read(text)
      tokens = []
      position = 0
      while position < text.bytesize
        match = TOKEN.match(text, position)
        return nil unless match && match.begin(0) == position

        kind = KINDS.find { |name| match[name] }
        tokens << [kind, match[0]]
        position = match.end(0)
      end
      tokens
    end

    def write(tokens)
      output = ''.b
      solid = tokens.reject { |kind, _| kind == :gap }
      position = -1
      @columns = nil
      tokens.each do |kind, text|
        next output << ' ' if kind == :gap && !output.end_with?(' ')
        next if kind == :gap

        position += 1
        output << allowed(kind, text, solid, position).to_s
      end
      output.sub(/ \z/, '') # strip would take a slot's last byte along
    end

    def allowed(kind, text, solid, position)
      case kind
      when :place then text
      when :mark then note_columns(text, solid, position)
      when :word then KEYWORDS.include?(text.upcase) ? note_returning(text) : WORD
      when :name then name?(text, solid, position) ? text : hashed(text)
      when :literal then hashed(text)
      end
    end

    # A slot stays one, to be filled by each statement.
    def hashed(text)
      return text[1..-2] if text.start_with?("'\0")

      "'«#{Digest::SHA256.hexdigest(@salt + text)[0, 6]}»'".b
    end

    # MySQL quotes strings as others quote names, so the place decides: beside a dot, after FROM or AS, in a list of columns, before a
    # comparison.
    def name?(text, solid, position)
      return false unless NAME.match?(text)

      before = position.zero? ? nil : solid[position - 1][1].upcase
      after = solid[position + 1] && solid[position + 1][1].upcase
      return true if before == '.' || after == '.' || NAMES_FOLLOW.include?(before) || @columns

      COMPARISONS.include?(after) && !COMPARISONS.include?(before)
    end

    # `INSERT INTO "t" (` and `ON CONFLICT (` and `USING (` open a list of columns.
    def note_columns(text, solid, position)
      @columns = nil if text == ')' && @columns == :list
      if text == '(' && position.positive?
        kind, before = solid[position - 1]
        into = kind == :name && position > 1 && solid[position - 2][1].casecmp?('INTO')
        @columns = :list if into || %w[CONFLICT USING].include?(before.upcase)
      end
      text
    end

    def note_returning(text)
      @columns = :returning if text.casecmp?('RETURNING')
      text
    end
  end
end

# encoding: BINARY
# frozen_string_literal: true

require 'digest'

module Heapdump
  # Keeps of a SQL statement only its keywords, its operators, and the positions of its placeholders, because nothing in
  # a heap tells a statement from a sentence that reads like one: `Select a room from "HiltonBerlin"` is valid SQL.
  #
  #   SELECT "users".* FROM "users" WHERE "users"."email" = 'ann@example.com' AND id > $1 LIMIT 20
  #   SELECT name_5b01c9.* FROM name_5b01c9 WHERE name_5b01c9.name_e8810f = '«3fa2c1»' AND name_77d0e2 > $1
  #   LIMIT '«b07e44»'
  #
  # Names and literals become salted hashes, so it stays visible where two statements differ. A list of literals becomes
  # one hash.
  class SqlShape
    LONGEST = 65_536
    SHORTEST = 14 # DELETE FROM "a"
    # ActiveRecord's statement cache writes the schema search path before the statement: "$user", public-SELECT …
    SEARCH_PATH = /\A(?>[\w"$, \\]{1,80})-/n.freeze # atomic, because every string of the heap is matched
    HEAD = %r{\A(?:(?>[\w"$, \\]{1,80})-)?[\s(]*(?:/\*.*?\*/\s*)?(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH)\b}mni.freeze
    BODY = /\b(?:FROM|INTO|SET)\b/ni.freeze
    # Longer alternatives first. Whole phrases where a single word could be user input (left, first, nothing).
    KEYWORD = /
      SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH\s+RECURSIVE|WITH|VALUES|SET|RETURNING|FROM|WHERE|HAVING|LIMIT|OFFSET
      |USING|AS|(?:(?:LEFT|RIGHT|FULL)(?:\s+OUTER)?\s+|INNER\s+|CROSS\s+)?JOIN(?:\s+LATERAL)?
      |(?:GROUP|ORDER|PARTITION)\s+BY|DISTINCT|ASC|DESC|NULLS\s+(?:FIRST|LAST)|COLLATE|UNION\s+ALL|UNION|INTERSECT|EXCEPT
      |AND|OR|NOT|IN|LIKE|ILIKE|BETWEEN|IS\s+(?:NOT\s+)?NULL|(?:EXISTS|ANY|OVER)(?=\s*\()|CASE|WHEN|THEN|ELSE|END
      |AT\s+TIME\s+ZONE|DEFAULT|ON\s+CONFLICT|ON|DO\s+NOTHING|DO\s+UPDATE\s+SET
      |FOR\s+(?:NO\s+KEY\s+)?UPDATE|FOR\s+(?:KEY\s+)?SHARE|SKIP\s+LOCKED
    /nix.freeze
    TOKEN = %r{
      (?<gap>(?:\s|--[^\n]*|/\*.*?\*/)+)
      |(?<literal>'(?:[^']|'')*'|\$(?<tag>[A-Za-z_]\w*)\$.*?\$\k<tag>\$|\$\$.*?\$\$|\d[\w.]*|(?i:TRUE|FALSE|NULL)\b)
      |(?<place>\$\d{1,5}|\?)
      |(?<keyword>(?<!\.)(?i:#{KEYWORD.source})(?![\w$.]))
      |(?<name>"[^"]*"|`[^`]*`|[A-Za-z_]\w*)
      |(?<operator>::|<=|>=|<>|!=|\|\||->>|->|@>|<@|&&|!~\*|!~|~\*|[-+*/<>=~%])
      |(?<mark>\.\*|[,.();:\[\]])
    }mnx.freeze
    KINDS = %i[gap literal place keyword name operator mark].freeze
    # No statement has three values or three operators in a row; a sentence or a password may.
    LETTERS = {literal: 'v', place: 'v', name: 'v', keyword: 'k', operator: 'o'}.freeze
    SENTENCE = /vvv|[o,.;:]{3}/n.freeze

    LITERAL = /'(?:[^']|'')*'|(?<![\w$])\d+(?:\.\d+)?/n.freeze
    LITERALS = /(?:#{LITERAL.source})(?:\s*,\s*(?:#{LITERAL.source}))*/n.freeze # a list counts as one
    # ASIDE may contain an apostrophe without being a literal. UNCERTAIN is read differently by different databases.
    ASIDE = %r{"[^"]*"|`[^`]*`|--[^\n]*|/\*.*?\*/|\$\$.*?\$\$|\$(?<tag>[A-Za-z_]\w*)\$.*?\$\k<tag>\$}mn.freeze
    FOLDED = /#{ASIDE.source}|(?<literals>#{LITERALS.source})/mn.freeze
    UNCERTAIN = %r{[\\\0\#]|/\*(?:(?!\*/).)*/\*}mn.freeze
    SLOT = /\0(\d+)\0/n.freeze
    TEMPLATES = 2_000

    # Must be cheap: called for every string of a heap.
    def self.candidate?(value)
      value.bytesize.between?(SHORTEST, LONGEST) && HEAD.match?(value)
    end

    def initialize(salt)
      @salt = salt
      @templates = {}
    end

    # value: as in the dump, with JSON escapes. → its shape, with JSON escapes, or nil if it is not certainly a
    # statement.
    #
    # Thousands of statements have few shapes, so literals are set aside first and the remaining template is looked up.
    # If that misses a literal, it is read as names, which are redacted too.
    def of(value)
      value = value.sub(SEARCH_PATH, '')
      text = value.include?('\\') ? value.gsub('\\"', '"').gsub('\\n', "\n").gsub('\\t', ' ') : value
      # Depending on the database, a backslash may escape a quote, # may start a comment, and comments may nest. Where
      # it is uncertain what is a literal, nothing is kept.
      return nil if UNCERTAIN.match?(text)

      literals = []
      template = text.gsub(FOLDED) { |found| Regexp.last_match[:literals] ? "'\0#{literals.push(found).size - 1}\0'" : found }
      shape = shape_of(template)
      shape && shape.gsub(SLOT) { literal(literals[Regexp.last_match(1).to_i]) }
    end

    private

    def shape_of(template)
      @templates.clear if @templates.size > TEMPLATES
      @templates.fetch(template) do
        tokens = BODY.match?(template) ? read(template) : nil
        @templates[template] = tokens && statement?(tokens) ? write(tokens) : nil
      end
    end

    # → [[kind, text], …], or nil if some part is not a token, such as an open quote.
    def read(text)
      tokens = []
      position = 0
      while position < text.bytesize
        match = TOKEN.match(text, position)
        return nil unless match && match.begin(0) == position

        tokens << [KINDS.find { |name| match[name] }, match[0]]
        position = match.end(0)
      end
      tokens
    end

    def statement?(tokens)
      form = tokens.reject { |kind, _| kind == :gap }.map { |kind, text| LETTERS[kind] || text }.join
      !SENTENCE.match?(form) && form.count('(') == form.count(')')
    end

    def write(tokens)
      places = Hash.new { |known, place| known[place] = "$#{known.size + 1}" }
      # `strip` would also remove the last byte of a slot.
      tokens.map { |kind, text| written(kind, text, places) }.join.sub(/ \z/n, '')
    end

    def written(kind, text, places)
      case kind
      when :gap then ' '
      when :keyword then text.upcase.gsub(/\s+/n, ' ')
      when :place then text == '?' ? text : places[text] # the number may be an amount of money
      when :name then "name_#{digits(text.delete('"`'))}"
      when :literal then text.start_with?("'\0") ? text[1..-2] : literal(text) # each statement fills its own slots
      else text
      end
    end

    def literal(text)
      "'«#{digits(text)}»'"
    end

    def digits(text)
      Digest::SHA256.hexdigest(@salt + text)[0, 6]
    end
  end
end

# frozen_string_literal: true

module Heapdump
  module Inside
    # The C extensions that are loaded, by gem.
    module Extensions
      class << self
        # → [{'file', 'gem', 'version'}]
        def read
          gems = directories
          $LOADED_FEATURES.map do |feature|
            next unless feature.end_with?('.so') && feature.start_with?('/')

            _, gem = gems.find { |directory, _| feature.start_with?(directory) }
            {'file' => File.realpath(feature), 'gem' => gem.name, 'version' => gem.version.to_s} if gem
          rescue SystemCallError
            nil # deleted since
          end.compact
        end

        private

        def directories
          Gem.loaded_specs.each_value.flat_map do |gem|
            [gem.full_gem_path, gem.extension_dir].map { |directory| ["#{directory}/", gem] }
          end
        end
      end
    end
  end
end

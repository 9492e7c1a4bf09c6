# Builds the gem in an unpacked source directory, and installs it for the Ruby that runs this script:
#   ruby install-gem.rb DIRECTORY
# `gem build` needs a git checkout, since most gemspecs get their files from git. Here every file belongs to the gem.
require 'rubygems/package'
require 'rubygems/installer'

# apt-get source unpacks the tree into a folder beside the archives.
gemspec = Dir[File.join(ARGV.fetch(0), '{.,*}', '*.gemspec')].min or abort "no gemspec in #{ARGV[0]}"
Dir.chdir(File.dirname(gemspec))
spec = Gem::Specification.load(File.basename(gemspec)) or abort "cannot read #{gemspec}"
spec.files = Dir['**/*'].select { |path| File.file?(path) && !path.end_with?('.gem') }
spec.extra_rdoc_files = []
spec.cert_chain = []
spec.signing_key = nil
package = Gem::Package.build(spec, true)
# sqlite3 and nokogiri bundle libraries, which a Debian source package leaves out.
options = {build_args: %w[--enable-system-libraries --use-system-libraries], force: true, ignore_dependencies: true}
Gem::Installer.at(package, **options).install
File.delete(package)
puts "installed #{spec.full_name}"

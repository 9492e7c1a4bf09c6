# shellcheck shell=bash
# What a build says, in the words and colours of Heroku's own buildpacks: all of it on stdout, where the build's log is read.

output::step() {
	printf -- '-----> %s\n' "${1}"
}

output::indent() {
	sed 's/^/       /'
}

# A short essay from stdin: what is wrong, what was seen, what to do.
output::warning() {
	printf '\n'
	sed 's/^/ !     /; s/ *$//'
	printf '\n'
}

# For the ERR trap: something that nobody thought of.
output::bug() {
	local status="${1}" command="${2}" place="${3}"
	output::warning <<-EOF
		Bug: the heapdump buildpack stopped with status ${status}.

		At ${place}: ${command}

		Nothing of the app was changed, and what runs now goes on running. To deploy
		without heap dumps until this is repaired: heroku buildpacks:remove, with the
		URL of this buildpack.
	EOF
}
